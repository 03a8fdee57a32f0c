internal import JSON
internal import JSONRPC

/// The plain dialect: `initialize` is optional except on TCP, where it comes first and carries the
/// token; requests are answered in order; after `shutdown` only `exit` is left.
struct PlainDialect: Dialect {
  static let protocolVersion = 1

  private let identity: ServerIdentity
  private let limits: Limits
  private let methods: [String]
  /// The token still to be shown; nil when there is nothing to show.
  private var awaitedToken: [UInt8]?
  private var isShutDown = false

  init(identity: ServerIdentity, limits: Limits, methods: [String], awaitedToken: [UInt8]?) {
    self.identity = identity
    self.limits = limits
    self.methods = methods
    self.awaitedToken = awaitedToken
  }

  var messageBytesMaximum: Int { limits.messageBytes }

  mutating func accept(
    method: String, params: JSONValue?, id: RequestID?
  ) throws(RPCError) -> Disposition {
    if method == "exit" { return .exit }
    if awaitedToken != nil, method != "initialize" {
      throw RPCError(
        .unauthenticated, "over TCP the first message is \"initialize\" with the token")
    }
    if isShutDown { throw RPCError(.invalidRequest, "after \"shutdown\" only \"exit\" is left") }
    switch method {
    case "initialize": return .work(try initialize(params))
    case "shutdown":
      let params = try Params(params)
      try params.finish()
      isShutDown = true
      return .work(Answer { $0.null() })
    case "$/cancelRequest": return .ignore  // It took effect when it arrived.
    default:
      if method.hasPrefix("$/") { throw RPCError(.methodNotFound, "no method \"\(method)\"") }
      return .route
    }
  }

  private mutating func initialize(_ value: JSONValue?) throws(RPCError) -> any Work {
    var params = try Params(value)
    _ = try params.object("clientInfo")
    _ = try params.object("capabilities")
    let token = try params.string("token")
    let version = params.value("protocolVersion")
    try params.finish()
    if let awaitedToken {
      guard let token, Token.isShown(Array(token.utf8), awaitedToken) else {
        throw RPCError(
          .unauthenticated, token == nil ? "the token is missing" : "the token is wrong",
          at: JSONPointer.root.appending("token"))
      }
      self.awaitedToken = nil
    }
    if let version, version.integer != Self.protocolVersion {
      throw RPCError(
        .unsupportedVersion, "this server speaks version \(Self.protocolVersion)",
        at: JSONPointer.root.appending("protocolVersion"), supported: [Self.protocolVersion])
    }
    let (identity, limits, methods) = (identity, limits, methods)
    return Answer.object { writer in
      writer.key("serverInfo")
      writer.object { writer in
        writer.key("name")
        writer.string(identity.name)
        writer.key("version")
        writer.string(identity.version)
      }
      writer.key("protocolVersion")
      writer.integer(Self.protocolVersion)
      writer.key("capabilities")
      writer.object { writer in
        writer.key("methods")
        writer.array { writer in for method in methods { writer.string(method) } }
        writer.key("framings")
        writer.array { writer in
          writer.string("lines")
          writer.string("headers")
        }
        writer.key("batches")
        writer.bool(true)
      }
      writer.key("limits")
      writer.object { writer in
        for limit in limits.announced {
          writer.key(limit.name)
          writer.integer(limit.value)
        }
      }
    }
  }
}
