internal import Curation
internal import JSON
internal import JSONRPC
internal import Scoring
internal import Serving

extension EditorSession {
  /// `textDocument/hover`: the verdict on the record as a small table.
  func hover(_ params: JSONValue?) throws(RPCError) -> any Work {
    let (document, record) = try recordAsked(params)
    guard let record, let reading = record.reading, reading.kind != .blank else {
      return Answer { $0.null() }
    }
    let rows = rows(record, reading, document)
    let (isMarkdown, encoding) = (client.takesMarkdown, encoding)
    let text = isMarkdown ? Self.table(rows) : Self.list(rows)
    let range = document.range(of: record, 0..<record.contentCount, encoding)
    return Answer.object { writer in
      writer.key("contents")
      writer.object { writer in
        writer.key("kind")
        writer.string(isMarkdown ? "markdown" : "plaintext")
        writer.key("value")
        writer.string(text)
      }
      writer.key("range")
      range.write(to: &writer)
    }
  }

  /// The record at a request's position, if there is one.
  func recordAsked(_ params: JSONValue?) throws(RPCError) -> (Document, Record?) {
    let document = try self.document(params)
    guard let position = Position(params?["position"]) else {
      throw RPCError(.invalidParams, "position is missing")
    }
    return (document, document.record(atLine: position.line))
  }

  private func rows(
    _ record: Record, _ reading: RecordSummary, _ document: Document
  ) -> [(String, String)] {
    var rows: [(String, String)] = []
    let isDuplicate = Duplicate(record) != nil
    let drops = reading.findings.contains { $0.code != .fluff && $0.code != .inCorpus }
    switch reading.kind {
    case .ignored: rows.append(("verdict", "ignored"))
    case .unusable: rows.append(("verdict", "unusable"))
    default: rows.append(("verdict", isDuplicate || drops ? "drop" : "keep"))
    }
    if let duplicate = Duplicate(record), let home = duplicate.original.chunk.list.document {
      let place = home.range(of: duplicate.original, 0..<0, encoding).start.line + 1
      let file = home === document ? "" : " of \(home.uri)"
      let kind = duplicate.code == .exactDuplicate ? "exact" : "near"
      rows.append(
        ("duplicate", "\(kind), line \(place)\(file), \(Messages.similarity(duplicate.similarity))")
      )
    }
    for finding in reading.findings where ![.fluff, .lowScore].contains(finding.code) {
      rows.append((finding.code.rawValue.replacing("_", with: " "), finding.message))
    }
    guard let prepared = reader.prepare(record.content), let quality = prepared.quality else {
      return rows
    }
    return rows + Self.rows(quality, prepared, minimum: criteria.settings.minimumScore)
  }

  private static func rows(
    _ quality: Quality, _ prepared: Prepared, minimum: Int?
  ) -> [(String, String)] {
    var rows: [(String, String)] = []
    if let score = quality.score.hundredths {
      let limit = minimum.map { " (minimum \(Messages.decimal($0)))" } ?? ""
      rows.append(("score", Messages.decimal(score) + limit))
      let costs = Messages.costs(of: quality.score)
      if !costs.isEmpty {
        rows.append(
          (
            "costs most",
            costs.map { "\(Messages.name($0.signal)) \(Messages.decimal($0.points))" }
              .joined(separator: ", ")
          ))
      }
    } else {
      rows.append(("score", "none (\(Messages.name(quality.score.unscored ?? "unknown")))"))
    }
    quality.score.signals.forEachMeasured { name, value, decimals in
      var writer = JSONWriter()
      writer.decimal(value, decimals: decimals)
      rows.append((Messages.name("\(name)"), String(decoding: writer.take(), as: UTF8.self)))
    }
    let sign = quality.isEstimated ? "≈ " : ""
    let cut = quality.tokensBefore - quality.tokensAfter
    rows.append(
      ("tokens", "\(sign)\(quality.tokensBefore)" + (cut > 0 ? ", \(cut) can be cut" : "")))
    return rows
  }

  private static func table(_ rows: [(String, String)]) -> String {
    "| | |\n|---|---|\n"
      + rows.map { "| \($0.0) | \(escaped($0.1)) |" }.joined(separator: "\n")
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "|", "\\", "`", "*", "_", "<", "[": escaped += "\\"
      case "\n", "\r":
        escaped += " "
        continue
      default: break
      }
      escaped.unicodeScalars.append(scalar)
    }
    return escaped
  }

  private static func list(_ rows: [(String, String)]) -> String {
    rows.map { "\($0.0): \($0.1)" }.joined(separator: "\n")
  }
}

extension String {
  fileprivate func replacing(_ character: Character, with other: Character) -> String {
    String(map { $0 == character ? other : $0 })
  }
}
