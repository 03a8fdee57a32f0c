internal import JSON
internal import JSONRPC
internal import Serving

extension EditorSession {
  /// `textDocument/definition`: the original of a duplicate.
  func definition(_ params: JSONValue?) throws(RPCError) -> any Work {
    let (_, record) = try recordAsked(params)
    guard let record, let (uri, range) = original(of: record) else { return Answer { $0.null() } }
    return Answer { Self.write(uri, range, &$0) }
  }

  /// Where the original of a record stands.
  func original(of record: Record) -> (uri: String, range: TextRange)? {
    guard let duplicate = Duplicate(record), let home = duplicate.original.chunk.list.document
    else { return nil }
    let whole = 0..<duplicate.original.contentCount
    return (home.uri, home.range(of: duplicate.original, whole, encoding))
  }

  static func write(_ uri: String, _ range: TextRange, _ writer: inout JSONWriter) {
    writer.object { writer in
      writer.key("uri")
      writer.string(uri)
      writer.key("range")
      range.write(to: &writer)
    }
  }
}
