internal import JSON
internal import JSONRPC

/// The rules of one connection. They contradict each other (on cancelling, on codes, on what comes
/// first), so each connection has its own object, chosen by its first message.
protocol Dialect {
  /// What to do with one request or notification when its turn has come.
  ///
  /// - Parameter id: nil for a notification.
  mutating func accept(
    method: String, params: JSONValue?, id: RequestID?
  ) throws(RPCError) -> Disposition

  /// Bytes that a message may have from now on.
  var messageBytesMaximum: Int { get }
  var takesBatches: Bool { get }
  /// What the process ends with when it ends with this connection.
  var exitCode: Int32 { get }
  /// The service that speaks unasked on this connection; nil where none does, or not yet.
  var conversation: (any Conversation)? { get }
  /// The process whose end is the end of the connection.
  var processID: Int? { get }
}

extension Dialect {
  var takesBatches: Bool { true }
  var exitCode: Int32 { 0 }
  var conversation: (any Conversation)? { nil }
  var processID: Int? { nil }
}

enum Disposition {
  /// Serve it by the routing table.
  case route
  /// A method of the session itself.
  case work(any Work)
  /// The answer comes later, from the conversation.
  case deferred
  /// A notification that asks for nothing, or is dealt with.
  case ignore
  /// The peer said goodbye: close after the answers before this one.
  case exit
}

/// What the first message of a connection tells about its dialect.
enum DialectName: String {
  case plain
  case lsp = "LSP"
  case mcp = "MCP"

  static func tell(method: String, params: JSONValue?) -> DialectName {
    switch method {
    case "initialize":
      guard let params, params["capabilities"] != nil else { return .plain }
      if params["processId"] != nil || params["rootUri"] != nil { return .lsp }
      if let version = params["protocolVersion"], version.kind == .string { return .mcp }
      return .plain
    case "server/discover": return .mcp
    default: return method.hasPrefix("textDocument/") ? .lsp : .plain
    }
  }
}

/// A dialect that is recognized and not built: says so to every request.
struct UnavailableDialect: Dialect {
  let name: DialectName
  let messageBytesMaximum: Int

  mutating func accept(
    method: String, params: JSONValue?, id: RequestID?
  ) throws(RPCError) -> Disposition {
    if method == "exit" { return .exit }
    throw RPCError(
      .notAvailable,
      "this begins like \(name.rawValue), which this version does not speak; for the plain "
        + "dialect leave \"capabilities\" out of \"initialize\"")
  }
}
