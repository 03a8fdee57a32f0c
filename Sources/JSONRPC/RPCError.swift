package import JSON

/// What the peer is told when a request cannot be served.
///
/// `{"code": -32602, "message": "…", "data": {"kind": "invalid_params", "pointer": "/examples"}}`
package struct RPCError: Error, Equatable, Sendable {
  /// The list of `Protocol/errors.md`. JSON-RPC's own keep their codes; ours are positive, since
  /// the range below zero belongs to JSON-RPC, LSP and MCP.
  package enum Kind: String, CaseIterable, Sendable {
    case parseError = "parse_error"
    case invalidRequest = "invalid_request"
    case methodNotFound = "method_not_found"
    case invalidParams = "invalid_params"
    case internalError = "internal_error"
    case requestCancelled = "request_cancelled"
    case unknownCorpus = "unknown_corpus"
    case settingsDiffer = "settings_differ"
    case limitExceeded = "limit_exceeded"
    case busy = "busy"
    case unauthenticated = "unauthenticated"
    case notAvailable = "not_available"
    case invalidExample = "invalid_example"
    case idConflict = "id_conflict"
    case unknownID = "unknown_id"
    case unsupportedVersion = "unsupported_version"
    case storageFull = "storage_full"
    case storageFailed = "storage_failed"
    case stateDamaged = "state_damaged"
    case stateIncompatible = "state_incompatible"

    package var code: Int {
      switch self {
      case .parseError: -32700
      case .invalidRequest: -32600
      case .methodNotFound: -32601
      case .invalidParams: -32602
      case .internalError: -32603
      case .requestCancelled: -32800
      case .unknownCorpus: 1
      case .settingsDiffer: 2
      case .limitExceeded: 3
      case .busy: 4
      case .unauthenticated: 5
      case .notAvailable: 6
      case .invalidExample: 7
      case .idConflict: 8
      case .unknownID: 9
      case .unsupportedVersion: 10
      case .storageFull: 11
      case .storageFailed: 12
      case .stateDamaged: 13
      case .stateIncompatible: 14
      }
    }
  }

  package let kind: Kind
  package let code: Int
  package let message: String
  /// Where in `params` (or, in a verdict, in the example) the trouble is.
  package let pointer: JSONPointer?
  /// The limit that was exceeded, by its announced name.
  package let limit: String?
  /// Versions that would have been understood.
  package let supported: [Int]

  package init(
    _ kind: Kind, _ message: String, at pointer: JSONPointer? = nil, code: Int? = nil,
    limit: String? = nil, supported: [Int] = []
  ) {
    self.kind = kind
    self.code = code ?? kind.code
    self.message = message
    self.pointer = pointer
    self.limit = limit
    self.supported = supported
  }

  package static func parse(_ error: JSONError) -> RPCError {
    let limit = error.reason == .tooDeep ? "nesting" : nil
    return RPCError(.parseError, "not JSON: \(error.message)", limit: limit)
  }

  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.key("code")
      writer.integer(code)
      writer.key("message")
      writer.string(message)
      writer.key("data")
      writer.object { writer in
        writer.key("kind")
        writer.string(limit == nil ? kind.rawValue : Kind.limitExceeded.rawValue)
        if let pointer {
          writer.key("pointer")
          writer.string(pointer.description)
        }
        if let limit {
          writer.key("limit")
          writer.string(limit)
        }
        if !supported.isEmpty {
          writer.key("supported")
          writer.array { writer in
            for version in supported { writer.integer(version) }
          }
        }
      }
    }
  }
}
