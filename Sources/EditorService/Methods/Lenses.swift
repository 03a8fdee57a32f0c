internal import JSON
internal import JSONRPC
internal import Serving

extension EditorSession {
  /// More lenses than this help nobody; those of the first records are given.
  private static let lensesMaximum = 500

  /// `textDocument/codeLens`: the file's sum on line 1, and score and tokens of each record that has a
  /// diagnostic.
  func codeLenses(_ params: JSONValue?) throws(RPCError) -> any Work {
    let document = try self.document(params)
    guard options.hasCodeLenses else { return Answer { $0.raw(Array("[]".utf8).span) } }
    var lenses: [(line: Int, title: String, command: Command?)] = []
    if document.totals.records > 0 {
      lenses.append((0, Self.sum(of: document.totals), .summary))
    }
    for chunk in document.records.chunks where lenses.count < Self.lensesMaximum {
      guard chunk.ranks != RankCounts() else { continue }
      for record in chunk.records
      where !record.counted.ranks.isEmpty && lenses.count < Self.lensesMaximum {
        guard let title = Self.label(of: record) else { continue }
        lenses.append((document.range(of: record, 0..<0, encoding).start.line, title, nil))
      }
    }
    let uri = document.uri
    return Answer { writer in
      writer.array { writer in
        for lens in lenses {
          writer.object { writer in
            writer.key("range")
            let place = Position(line: lens.line, column: 0)
            TextRange(place, place).write(to: &writer)
            writer.key("command")
            writer.object { writer in
              writer.key("title")
              writer.string(lens.title)
              writer.key("command")
              writer.string(lens.command?.rawValue ?? "")
              guard lens.command != nil else { return }
              writer.key("arguments")
              writer.array { $0.string(uri) }
            }
          }
        }
      }
    }
  }

  /// `12 examples, 2 duplicates, mean score 6.31, 120 of 3,400 tokens can be cut`
  static func sum(of totals: Totals) -> String {
    var parts = ["\(totals.examples) example\(totals.examples == 1 ? "" : "s")"]
    if totals.unusable > 0 { parts.append("\(totals.unusable) unusable") }
    let duplicates = totals.exact + totals.near
    parts.append("\(duplicates) duplicate\(duplicates == 1 ? "" : "s")")
    if totals.contaminated > 0 { parts.append("\(totals.contaminated) contaminated") }
    if let mean = totals.meanScore { parts.append("mean score \(Messages.decimal(mean))") }
    parts.append("\(totals.tokensCut) of \(totals.tokens) tokens can be cut")
    if totals.pending > 0 { parts.append("\(totals.pending) still to be read") }
    return parts.joined(separator: ", ")
  }

  /// `score 6.31 · 120 tokens · 14 can be cut`; nil where nothing is known.
  static func label(of record: Record) -> String? {
    guard let reading = record.reading, reading.kind == .example || reading.kind == .ignored
    else { return nil }
    var parts: [String] = []
    if let score = reading.score { parts.append("score \(Messages.decimal(score))") }
    parts.append("\(reading.tokens) token\(reading.tokens == 1 ? "" : "s")")
    if reading.tokensCut > 0 { parts.append("\(reading.tokensCut) can be cut") }
    return parts.joined(separator: " · ")
  }

  /// `textDocument/inlayHint`: score and tokens at the end of each record of the range.
  func inlayHints(_ params: JSONValue?) throws(RPCError) -> any Work {
    let document = try self.document(params)
    guard let range = TextRange(params?["range"]) else {
      throw RPCError(.invalidParams, "range is missing")
    }
    guard options.hasInlayHints else { return Answer { $0.raw(Array("[]".utf8).span) } }
    var hints: [(place: Position, label: String)] = []
    for record in document.records(in: range) {
      guard let label = Self.label(of: record) else { continue }
      let whole = 0..<record.contentCount
      hints.append((document.range(of: record, whole, encoding).end, label))
    }
    return Answer { writer in
      writer.array { writer in
        for (place, label) in hints {
          writer.object { writer in
            writer.key("position")
            place.write(to: &writer)
            writer.key("label")
            writer.string(label)
            writer.key("paddingLeft")
            writer.bool(true)
          }
        }
      }
    }
  }
}

extension Document {
  /// The records that have something in a range.
  /// - Complexity: O(records found), and for an array O(log elements) more.
  func records(in range: TextRange) -> [Record] {
    guard records.count > 0 else { return [] }
    var found: [Record] = []
    if lines == nil {
      let first = min(range.start.line, records.count)
      let end = min(records.count, max(first, range.end.line + 1))
      records.forEach(in: first..<end) { found.append($0) }
      return found
    }
    for number in 0..<records.count {
      let start = elementStarts[number].line
      if start > range.end.line { break }
      let record = records[number]
      if self.range(of: record, 0..<record.contentCount, .utf8).end.line >= range.start.line {
        found.append(record)
      }
    }
    return found
  }
}
