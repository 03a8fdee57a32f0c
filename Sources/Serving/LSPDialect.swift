internal import JSON
internal import JSONRPC

/// The rules of LSP 3.17's life cycle: nothing before `initialize`, nothing but `exit` after
/// `shutdown`, an exit code that says whether the two came in order. What is in its place goes to
/// the conversation.
struct LSPDialect: Dialect {
  /// LSP's own: `ServerNotInitialized`.
  private static let notInitializedCode = -32002

  private enum Stage { case beginning, running, shutDown }

  private let peer: Peer
  private let limits: Limits
  private let makeConversation: ConversationMaker
  /// The token still to be shown; nil when there is nothing to show.
  private var awaitedToken: [UInt8]?
  private var stage = Stage.beginning
  private(set) var conversation: (any Conversation)?
  /// The peer's process, which we do not outlive; nil where it named none.
  private(set) var processID: Int?

  init(
    peer: Peer, limits: Limits, awaitedToken: [UInt8]?,
    makeConversation: @escaping ConversationMaker
  ) {
    (self.peer, self.limits, self.awaitedToken) = (peer, limits, awaitedToken)
    self.makeConversation = makeConversation
  }

  /// Who has not shown its token gets no more memory than anybody else.
  var messageBytesMaximum: Int {
    awaitedToken == nil ? limits.documentMessageBytes : limits.messageBytes
  }

  var takesBatches: Bool { false }

  /// 1 unless the peer asked for the end before it went.
  var exitCode: Int32 { stage == .shutDown ? 0 : 1 }

  mutating func accept(
    method: String, params: JSONValue?, id: RequestID?
  ) throws(RPCError) -> Disposition {
    if method == "exit" { return .exit }
    if stage == .beginning {
      guard method == "initialize" else {
        throw RPCError(
          .invalidRequest, "the first request is \"initialize\"", code: Self.notInitializedCode)
      }
      guard id != nil else { return .ignore }
      return .work(try initialize(params))
    }
    guard stage == .running, let conversation else {
      throw RPCError(.invalidRequest, "after \"shutdown\" only \"exit\" is left")
    }
    guard let id else {
      if method == "$/cancelRequest" {
        // One that waits in the queue was answered when this arrived; the others know themselves.
        if let id = params?["id"] { conversation.cancel(RequestID(raw: Array(id.rawBytes))) }
      } else {
        conversation.take(method, params)
      }
      return .ignore
    }
    switch method {
    case "initialize": throw RPCError(.invalidRequest, "\"initialize\" comes once")
    case "shutdown":
      stage = .shutDown
      return .work(Answer { $0.null() })
    default:
      guard let work = try conversation.serve(method, params, id: id) else { return .deferred }
      return .work(work)
    }
  }

  private mutating func initialize(_ params: JSONValue?) throws(RPCError) -> any Work {
    guard let params, params.kind == .object else {
      throw RPCError(.invalidParams, "\"initialize\" has params")
    }
    if let awaitedToken {
      let pointer = JSONPointer.root.appending("initializationOptions").appending("token")
      let token = (try? params.value(at: pointer)?.utf8()) ?? []
      guard Token.isShown(token, awaitedToken) else {
        throw RPCError(
          .unauthenticated, token.isEmpty ? "the token is missing" : "the token is wrong",
          at: pointer)
      }
      self.awaitedToken = nil
    }
    let (conversation, answer) = try makeConversation(peer, params)
    self.conversation = conversation
    // That of a peer on TCP is another machine's.
    processID = peer == .tcp ? nil : params["processId"]?.integer
    stage = .running
    return answer
  }
}
