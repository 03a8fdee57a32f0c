internal import JSON
internal import JSONRPC

/// The rules of one connection. They contradict each other (on cancelling, on codes, on what comes
/// first), so each connection has its own object, chosen by its first message.
protocol Dialect {
  /// What to do with one request or notification when its turn has come.
  mutating func accept(method: String, params: JSONValue?) throws(RPCError) -> Disposition
}

enum Disposition {
  /// Serve it by the routing table.
  case route
  /// A method of the session itself.
  case work(any Work)
  /// A notification that asks for nothing.
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

  mutating func accept(method: String, params: JSONValue?) throws(RPCError) -> Disposition {
    if method == "exit" { return .exit }
    throw RPCError(
      .notAvailable,
      "this begins like \(name.rawValue), which this version does not speak; for the plain "
        + "dialect leave \"capabilities\" out of \"initialize\"")
  }
}
