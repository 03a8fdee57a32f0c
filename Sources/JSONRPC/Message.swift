package import JSON

/// The id of a request, as it was sent: `9007199254740993` and `"a"` come back byte for byte.
package struct RequestID: Hashable, Sendable {
  package let raw: [UInt8]
  package static let null = RequestID(raw: Array("null".utf8))

  package init(raw: [UInt8]) { self.raw = raw }
}

/// One parsed message of a peer.
package enum Message: Sendable {
  case request(id: RequestID, method: String, params: JSONValue?)
  case notification(method: String, params: JSONValue?)
  /// An answer to a request of ours; without a result where it failed. There are none in the plain
  /// dialect.
  case response(id: RequestID, result: JSONValue?)
  /// Not a valid request; answered with the error and, where one was readable, its id.
  case invalid(id: RequestID, error: RPCError)

  /// Reads one JSON-RPC 2.0 object.
  package init(_ value: JSONValue) {
    guard value.kind == .object else {
      self = .invalid(
        id: .null,
        error: RPCError(.invalidRequest, "a message is an object, not \(value.kind.description)"))
      return
    }
    var id: RequestID?
    if let given = value["id"] {
      switch given.kind {
      case .string where (try? given.utf8()) == nil:
        self = .invalid(
          id: .null,
          error: RPCError(.invalidRequest, "the id holds half of a surrogate pair"))
        return
      case .string, .number, .null: id = RequestID(raw: Array(given.rawBytes))
      default:
        self = .invalid(
          id: .null,
          error: RPCError(
            .invalidRequest, "an id is a string or a number, not \(given.kind.description)"))
        return
      }
    }
    do throws(RPCError) {
      guard (try? value["jsonrpc"]?.string()) == "2.0", value["jsonrpc"]?.kind == .string else {
        throw RPCError(.invalidRequest, "\"jsonrpc\" must be \"2.0\"")
      }
      guard let named = value["method"] else {
        if value["result"] != nil || value["error"] != nil {
          self = .response(id: id ?? .null, result: value["result"])
          return
        }
        throw RPCError(.invalidRequest, "\"method\" is missing")
      }
      guard named.kind == .string, let method = try? named.string() else {
        throw RPCError(.invalidRequest, "\"method\" must be a string")
      }
      let params = value["params"].flatMap { $0.isNull ? nil : $0 }
      if let params, params.kind != .object, params.kind != .array {
        throw RPCError(
          .invalidRequest, "\"params\" must be an object, not \(params.kind.description)")
      }
      if let id {
        self = .request(id: id, method: method, params: params)
      } else {
        self = .notification(method: method, params: params)
      }
    } catch {
      self = .invalid(id: id ?? .null, error: error)
    }
  }
}
