package import JSON

/// The JSON-RPC wrapping of answers.
package enum Envelope {
  /// Begins `{"jsonrpc":"2.0","id":…,"result":`; the result is to follow, then `end`.
  package static func beginResult(id: RequestID, _ writer: inout JSONWriter) {
    begin(id: id, &writer)
    writer.key("result")
  }

  package static func end(_ writer: inout JSONWriter) { writer.endObject() }

  package static func error(_ error: RPCError, id: RequestID, _ writer: inout JSONWriter) {
    begin(id: id, &writer)
    writer.key("error")
    error.write(to: &writer)
    writer.endObject()
  }

  private static func begin(id: RequestID, _ writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("jsonrpc")
    writer.string("2.0")
    writer.key("id")
    writer.raw(id.raw.span)
  }
}

/// How messages are set apart on a byte stream.
package enum Framing: Sendable {
  /// One message a line.
  case lines
  /// `Content-Length: N`, an empty line, N bytes (the LSP base protocol).
  case headers

  /// The bytes that carry one message.
  package func frame(_ message: [UInt8]) -> [UInt8] {
    switch self {
    case .lines: message + [0x0A]
    case .headers: Array("Content-Length: \(message.count)\r\n\r\n".utf8) + message
    }
  }
}
