internal import Curation
internal import JSON
internal import JSONRPC
internal import Trimming

/// A corpus of a running daemon.
final class RemoteJudge: RowJudge {
  let batchCount = 256
  private let client: SocketClient
  private let corpus: String
  private let detail: Detail
  /// Examples of a request are bounded in bytes, too: a message has its limit.
  private let requestBytesMaximum = Limits().messageBytes / 2

  /// - Parameter change: the settings that the corpus must have; what is left out matches any.
  init(path: String, corpus: String, change: SettingsChange, detail: Detail) throws {
    do {
      client = try SocketClient(path: path)
      self.corpus = corpus
      self.detail = detail
      _ = try client.call("corpus/open") { writer in
        writer.object { writer in
          writer.key("corpus")
          writer.string(corpus)
          writer.key("settings")
          change.write(to: &writer)
        }
      }
    } catch let error as RemoteError {
      throw Failure("\(path): \(error.message)")
    } catch let failure as Failure {
      // Nobody there: for a filter that could not run, that is 2, not `status`'s 1.
      throw Failure(failure.message)
    }
  }

  /// Has the daemon load an evaluation set from a file of this machine; it is named after it.
  func addReferences(_ path: String) throws {
    do {
      _ = try client.call("references/load") { writer in
        writer.object { writer in
          writer.key("corpus")
          writer.string(corpus)
          writer.key("name")
          writer.string(path)
          writer.key("path")
          writer.string(DiskFiles.absolute(path))
        }
      }
    } catch let error as RemoteError {
      throw Failure("--references \(path): \(error.message)")
    }
  }

  func judge(_ rows: [Row]) throws -> [JudgedRow] {
    var judged: [JudgedRow] = []
    var start = 0
    while start < rows.count {
      var end = start
      var bytes = 0
      while end < rows.count, end == start || bytes < requestBytesMaximum {
        bytes += rows[end].record.bytes.count
        end += 1
      }
      judged += try request(rows[start..<end])
      start = end
    }
    return judged
  }

  private func request(_ rows: ArraySlice<Row>) throws -> [JudgedRow] {
    do {
      let result = try client.call("examples/admit") { writer in
        writer.object { writer in
          writer.key("corpus")
          writer.string(corpus)
          writer.key("return")
          writer.string(detail.rawValue)
          writer.key("examples")
          writer.array { writer in
            for row in rows { Self.write(row, to: &writer) }
          }
        }
      }
      let verdicts = result["verdicts"].map { Array($0.elements) } ?? []
      guard verdicts.count == rows.count else {
        throw Failure("the daemon answered \(verdicts.count) of \(rows.count) examples")
      }
      return try zip(rows, verdicts).map { row, verdict in try Self.read(verdict, row) }
    } catch let error as RemoteError {
      throw Failure("the daemon refused the examples: \(error.message)")
    }
  }

  /// The example with the row's name as its `id`.
  private static func write(_ row: Row, to writer: inout JSONWriter) {
    guard row.value.kind == .object else { return writer.raw(row.value.rawBytes.span) }
    writer.object { writer in
      writer.key("id")
      row.id.write(to: &writer)
      for member in row.value.members where member.name != "id" {
        writer.raw(member.key.rawBytes.span)
        writer.colon()
        writer.raw(member.value.rawBytes.span)
      }
    }
  }

  private static func read(_ verdict: JSONValue, _ row: Row) throws -> JudgedRow {
    let tokens = verdict["tokens"].flatMap { tokens -> TokenCounts? in
      guard let before = tokens["before"]?.integer, let after = tokens["after"]?.integer else {
        return nil
      }
      return TokenCounts(
        before: before, after: after, isEstimated: tokens["estimated"]?.bool ?? false)
    }
    let reasons = (verdict["reasons"].map { Array($0.elements) } ?? [])
      .compactMap { try? $0.string() }
    let problem = verdict["error"].map { error -> String in
      let message = (try? error["message"]?.string()) ?? "unusable"
      let pointer = (try? error["data"]?["pointer"]?.string()) ?? ""
      return pointer.isEmpty ? message : "\(message), at \(pointer)"
    }
    return JudgedRow(
      verdict: Array(verdict.rawBytes), keep: verdict["keep"]?.bool ?? false, reasons: reasons,
      isReplayed: verdict["replayed"]?.bool ?? false, tokens: tokens,
      trimmed: try trimmed(row.value, verdict["edits"]), problem: problem)
  }

  /// Applies the daemon's edits to the row as it stands in the file.
  private static func trimmed(_ value: JSONValue, _ edits: JSONValue?) throws -> [UInt8]? {
    var cuts: [(field: JSONPointer, edits: [TextEdit])] = []
    for edit in edits.map({ Array($0.elements) }) ?? [] {
      guard let field = JSONPointer((try edit["field"]?.string()) ?? ""),
        let start = edit["start"]?.integer, let end = edit["end"]?.integer,
        let kind = EditKind(rawValue: (try edit["kind"]?.string()) ?? "")
      else { throw Failure("the daemon sent an edit that cannot be read: \(edit.rawText)") }
      let cut = TextEdit(start: start, end: end, kind: kind)
      if cuts.last?.field == field {
        cuts[cuts.count - 1].edits.append(cut)
      } else {
        cuts.append((field, [cut]))
      }
    }
    guard !cuts.isEmpty else { return nil }
    return value.replacing(
      try cuts.map { cut in
        guard let string = value.value(at: cut.field), let text = try? string.utf8() else {
          throw Failure("the daemon edited \(cut.field), which is not there")
        }
        return (string.byteRange, Trimmer.applying(cut.edits, to: text.span))
      })
  }
}
