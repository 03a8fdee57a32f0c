package import JSON
package import JSONRPC

/// What the daemon calls itself.
package struct ServerIdentity: Sendable {
  package let name: String
  package let version: String
  package let build: String

  package init(name: String, version: String, build: String) {
    self.name = name
    self.version = version
    self.build = build
  }
}

/// What all sessions share.
final class SessionContext {
  let identity: ServerIdentity
  let limits: Limits
  let token: [UInt8]?
  let router: Router
  let parser: JSONParser
  /// Whether jobs can be given away; else they are done where they come up.
  let hasWorkers: Bool
  /// Lets peers in that speak LSP; nil where no service does.
  let makeConversation: ConversationMaker?
  let speaksLSPOnStdio: Bool
  var counters = Counters()

  struct Counters {
    var messages = 0
    var requests = 0
    var errors = 0
    var unreadable = 0
    var connections = 0
    var refused = 0
  }

  init(
    identity: ServerIdentity, limits: Limits, token: [UInt8]?, router: Router, hasWorkers: Bool,
    makeConversation: ConversationMaker?, speaksLSPOnStdio: Bool
  ) {
    self.hasWorkers = hasWorkers
    self.makeConversation = makeConversation
    self.speaksLSPOnStdio = speaksLSPOnStdio
    self.identity = identity
    self.limits = limits
    self.token = token
    self.router = router
    parser = JSONParser(depthLimit: limits.nesting)
  }

  func makeDialect(_ name: DialectName, _ peer: Peer) -> any Dialect {
    let awaited = peer.mustAuthenticate ? token ?? [] : nil
    if name == .lsp, let makeConversation {
      return LSPDialect(
        peer: peer, limits: limits, awaitedToken: awaited, makeConversation: makeConversation)
    }
    // Over TCP nothing is told before the token, not even what is not available.
    guard name == .plain || awaited != nil else {
      return UnavailableDialect(name: name, messageBytesMaximum: limits.messageBytes)
    }
    return PlainDialect(
      identity: identity, limits: limits,
      methods: router.methods + ["initialize", "shutdown"], awaitedToken: awaited)
  }
}

/// The protocol as a state machine: events in, effects out. No socket, no clock; time comes in with
/// the event.
///
/// A turn serves ready sessions one after another within a budget, however many events it has; what
/// is left goes on in the next, after the owner has looked for other events.
package final class Server {
  /// About 20 ms of the dearest verdicts.
  private static let turnBudget = 512
  /// What one session may use before the next has its turn.
  private static let sessionBudget = 128

  private let context: SessionContext
  private var sessions: [ConnectionID: Session] = [:]
  /// Sessions with work left, in the order in which they are served.
  private var ready: [ConnectionID] = []
  /// Sessions whose turn it is and that wait for something.
  private var stalled: Set<ConnectionID> = []
  /// Sessions with answers that wait for a commit.
  private var holding: Set<ConnectionID> = []
  private let keeper: (any Keeper)?
  private var effects: [Effect] = []
  /// What this turn has used of its budget.
  private var spent = 0
  private var isWakePending = false
  /// Set while a request is served, when the sessions cannot be touched; looked at after it.
  private var isStopRequested = false
  private var isStopping = false
  private var hasFinished = false
  /// What the process is to end with: what the peer on standard input and output left behind.
  package private(set) var exitCode: Int32 = 0
  private var startedAt: Double
  private var now: Double

  /// - Parameters:
  ///   - token: what a TCP peer must show; with nil none gets in.
  ///   - routes: the services' methods; the server adds its own.
  ///   - status: writes a service's members of `server/status`.
  ///   - keeper: keeps what the services have to remember; nil where nothing is kept.
  ///   - hasWorkers: whether the owner runs jobs on other threads; verdicts do not depend on it.
  ///   - makeConversation: lets peers in that speak LSP; nil where no service does.
  ///   - speaksLSPOnStdio: whether LSP is all that is spoken there, whatever the first message.
  ///   - now: seconds on any clock that does not jump.
  package init(
    identity: ServerIdentity, limits: Limits, token: String?, routes: [Route],
    status: @escaping (inout JSONWriter) -> Void, keeper: (any Keeper)? = nil,
    hasWorkers: Bool = false, makeConversation: ConversationMaker? = nil,
    speaksLSPOnStdio: Bool = false, now: Double
  ) {
    self.keeper = keeper
    startedAt = now
    self.now = now
    // The server's own routes need the server, which needs the routes.
    let box = ServerBox()
    context = SessionContext(
      identity: identity, limits: limits, token: token.map { Array($0.utf8) },
      router: Router(routes + ServerRoutes.routes(box, status: status)), hasWorkers: hasWorkers,
      makeConversation: makeConversation, speaksLSPOnStdio: speaksLSPOnStdio)
    box.server = self
  }

  package var methods: [String] { context.router.methods }

  package func handle(_ event: Event, at now: Double) -> [Effect] {
    self.now = now
    switch event {
    case .connected(let id, let peer): connect(id, peer)
    case .received(let id, let bytes):
      if let session = sessions[id] {
        session.receive(bytes)
        settle(session)
      }
    case .ended(let id):
      if let session = sessions[id] {
        session.end()
        settle(session)
      }
    case .closed(let id):
      if let session = sessions[id] { noteExit(of: session) }
      forget(id)
    case .blocked(let id): sessions[id]?.isBlocked = true
    case .drained(let id):
      if let session = sessions[id] {
        session.isBlocked = false
        settle(session)
      }
    case .finished(let ticket, let result):
      if let session = sessions[ticket.connection] {
        session.finish(ticket, result)
        settle(session)
      }
    case .stored(let number, let result):
      keeper?.stored(number, result)
      releaseAnswers()
    case .turn:
      spent = 0
      isWakePending = false
    case .stop: stop()
    }
    serve()
    if isStopRequested {
      stop()
      serve()
    }
    for (number, lane, job) in keeper?.takeStoreJobs() ?? [] {
      effects.append(.store(number, lane, job))
    }
    if isStopping, sessions.isEmpty, !hasFinished, keeper?.isIdle ?? true {
      hasFinished = true
      effects.append(.finish)
    }
    defer { effects.removeAll(keepingCapacity: true) }
    return effects
  }

  private func connect(_ id: ConnectionID, _ peer: Peer) {
    context.counters.connections += 1
    guard sessions.count < context.limits.connections, !isStopping else {
      context.counters.refused += 1
      let most = context.limits.connections
      let error =
        isStopping
        ? RPCError(.busy, "the server is stopping")
        : RPCError(.busy, "the server has \(most) connections", limit: "connections")
      var writer = JSONWriter()
      Envelope.error(error, id: .null, &writer)
      effects.append(.send(id, Framing.lines.frame(writer.take())))
      effects.append(.close(id, reason: error.message))
      return
    }
    sessions[id] = Session(id: id, peer: peer, context: context)
  }

  private func forget(_ id: ConnectionID) {
    sessions[id] = nil
    stalled.remove(id)
    holding.remove(id)
  }

  // MARK: Turns

  private func serve() {
    var budget = Self.turnBudget - spent
    settleReleased()
    while budget > 0, !ready.isEmpty {
      let served = ready
      ready.removeAll(keepingCapacity: true)
      for (index, id) in served.enumerated() {
        guard budget > 0 else {
          ready.insert(contentsOf: served[index...], at: 0)
          break
        }
        guard let session = sessions[id] else { continue }
        var share = min(Self.sessionBudget, budget)
        let before = share
        let output = session.advance(budget: &share)
        budget -= before - share
        if !output.isEmpty { effects.append(.send(id, output)) }
        session.pull()
        settleReleased()
        settle(session)
      }
    }
    spent = Self.turnBudget - max(0, budget)
    // A turn's end is only seen by asking for the next one.
    if !ready.isEmpty || spent > Self.turnBudget / 4, !isWakePending {
      isWakePending = true
      effects.append(.wake)
    }
  }

  /// Looks again at those that waited, if a keeper says that they may go on.
  private func settleReleased() {
    guard !stalled.isEmpty, keeper?.takeReleased() ?? false else { return }
    // By number, so that the effects come in the same order every time.
    for id in stalled.sorted(by: { $0.number < $1.number }) {
      if let session = sessions[id] { settle(session) }
    }
  }

  /// Sends the answers whose commits are settled.
  private func releaseAnswers() {
    for id in holding.sorted(by: { $0.number < $1.number }) {
      guard let session = sessions[id] else { continue }
      let output = session.release()
      if !output.isEmpty { effects.append(.send(id, output)) }
      session.pull()
      settle(session)
    }
  }

  /// Puts a session where it belongs after something happened to it.
  private func settle(_ session: Session) {
    if session.isDone {
      noteExit(of: session)
      effects.append(.close(session.id, reason: session.closeReason))
      forget(session.id)
      return
    }
    for (ticket, job) in session.beginAhead() { effects.append(.work(ticket, job)) }
    converse(session)
    if session.isStalled { stalled.insert(session.id) } else { stalled.remove(session.id) }
    if session.isHolding { holding.insert(session.id) } else { holding.remove(session.id) }
    if session.isReady, !ready.contains(session.id) { ready.append(session.id) }
    if !session.isPaused, session.isFull {
      session.isPaused = true
      effects.append(.pauseReading(session.id))
    } else if session.isPaused, session.isNearlyEmpty, !isStopping {
      session.isPaused = false
      effects.append(.resumeReading(session.id))
    }
  }

  /// Gives away what a session's conversation wants done elsewhere.
  private func converse(_ session: Session) {
    if let processID = session.takeWatchedProcess() {
      effects.append(.watch(session.id, processID: processID))
    }
    for (ticket, job) in session.takeConversationJobs() {
      if context.hasWorkers {
        effects.append(.work(ticket, job))
      } else {
        session.finish(ticket, job.run())
      }
    }
  }

  // MARK: Ending

  private func noteExit(of session: Session) {
    if session.peer == .stdio, !isStopping { exitCode = session.exitCode }
  }

  func requestStop() { isStopRequested = true }

  private func stop() {
    isStopRequested = false
    guard !isStopping else { return }
    isStopping = true
    effects.append(.stopAccepting)
    // By number, so that the effects come in the same order every time.
    for session in sessions.values.sorted(by: { $0.id.number < $1.id.number }) {
      session.end()
      settle(session)
    }
  }

  func writeStatus(to writer: inout JSONWriter) {
    writer.key("version")
    writer.string(context.identity.version)
    writer.key("build")
    writer.string(context.identity.build)
    writer.key("uptimeSeconds")
    writer.decimal(Int((now - startedAt) * 1_000), decimals: 3)
    writer.key("connections")
    writer.integer(sessions.count)
    writer.key("counters")
    writer.object { writer in
      let counters = context.counters
      for (name, value) in [
        ("connections", counters.connections), ("refused", counters.refused),
        ("messages", counters.messages), ("unreadable", counters.unreadable),
        ("requests", counters.requests), ("errors", counters.errors),
      ] as [(StaticString, Int)] {
        writer.key(name)
        writer.integer(value)
      }
    }
  }
}

/// Breaks the circle between the server and its own routes.
final class ServerBox {
  weak var server: Server?
}
