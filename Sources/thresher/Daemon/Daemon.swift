internal import CorpusService
internal import CorpusStore
internal import Curation
internal import EditorService
internal import EventLoop
internal import Glibc
internal import JSON
internal import JSONRPC
internal import Logging
internal import Serving
internal import Transport

/// Performs the server's effects on libuv: the one place where events become real.
final class Daemon {
  struct Configuration {
    var usesStdio = false
    /// Whether LSP is all that is spoken there.
    var speaksLSPOnStdio = false
    var socketPath: String?
    var isStandardSocket = false
    var listen: ListenAddress?
    var token: String?
    var limits = Limits()
    var defaults = Settings()
    /// Threads that prepare examples; 1 does it on the loop's own.
    var workers = 1
    /// Where corpora outlive the process; nil keeps them in memory.
    var statePath: String?
    var durability = Durability.normal
  }

  /// Seconds that peers have to take their answers once the daemon was told to stop.
  private static let drainSeconds = 10.0

  private let loop: EventLoop
  private let server: Server
  private let limits: Limits
  private let log: Logger
  private var listeners: [Listener] = []
  private var connections: [ConnectionID: Connection] = [:]
  private var nextNumber = 1
  private var stdioID: ConnectionID?
  private var watch: RepeatingTimer?
  private let corpora: CorpusService
  private var workers: WorkerPool?
  /// One thread for each lane of the store; none where nothing is stored.
  private var lanes: [StoreLane: WorkerPool] = [:]
  /// Jobs that are with the workers, by tag.
  private var tickets: [Int: Ticket] = [:]
  private let processes = WatchedProcesses()
  private var nextTag = 1
  private var signals: [SignalSource] = []
  /// Set once the daemon was told to stop.
  private var drainDeadline: Double?
  /// The server has nothing left to answer.
  private var hasFinished = false

  init(_ configuration: Configuration, log: Logger) throws {
    self.log = log
    var limits = configuration.limits
    limits.connections = try Self.connectionLimit(limits.connections)
    if limits.connections < configuration.limits.connections {
      log.notice(
        "fewer connections than usual, for want of open files",
        metadata: ["connections": "\(limits.connections)"])
    }
    self.limits = limits
    do {
      loop = try EventLoop()
    } catch {
      throw Failure("\(error)")
    }
    let corpora = try Self.corpora(configuration)
    self.corpora = corpora
    corpora.hearNews = { Self.log($0, to: log) }
    let identity = ServerIdentity(
      name: "thresher", version: thresherVersion, build: Build.description)
    let editors = EditorService(
      identity: identity, limits: limits, defaults: configuration.defaults, files: DiskFiles(),
      folders: DiskFolders(), page: EditorPage.url, corpus: corpora.lookup)
    server = Server(
      identity: identity, limits: limits, token: configuration.token, routes: corpora.routes,
      status: { [loop] writer in
        corpora.writeStatus(to: &writer)
        Self.writeStatus(of: loop, configuration, to: &writer)
      }, keeper: corpora, hasWorkers: configuration.workers > 1,
      makeConversation: editors.begin, speaksLSPOnStdio: configuration.speaksLSPOnStdio,
      now: loop.now)
    do {
      // Before anyone can see us: who asks for the end at once must get a proper one.
      signals = try [SIGTERM, SIGINT].map { number in
        try SignalSource(loop: loop, signal: number) { [unowned self] in didReceive(number) }
      }
      if configuration.workers > 1 {
        workers = try WorkerPool(loop: loop, count: configuration.workers) {
          [unowned self] tag, result in
          if let ticket = tickets.removeValue(forKey: tag) { tell(.finished(ticket, result)) }
        }
      }
      if configuration.statePath != nil {
        for lane in [StoreLane.commit, .load] {
          lanes[lane] = try WorkerPool(loop: loop, count: 1) { [unowned self] number, result in
            tell(.stored(number, result))
          }
        }
      }
      try open(configuration)
    } catch let error as UVError {
      throw Failure("\(error)")
    }
    watch = RepeatingTimer(loop: loop, everySeconds: 1) { [unowned self] in lookAtPeers() }
  }

  private static func corpora(_ configuration: Configuration) throws -> CorpusService {
    do throws(StoreProblem) {
      let state = try configuration.statePath.map { path throws(StoreProblem) in
        try CorpusService.State(
          try StateDirectory(DiskFiles.absolute(path)), configuration.durability,
          threads: availableCores, version: thresherVersion)
      }
      return CorpusService(
        limits: configuration.limits, defaults: configuration.defaults, files: DiskFiles(),
        state: state)
    } catch {
      throw Failure(error.message)
    }
  }

  private static func log(_ news: StateNews, to log: Logger) {
    switch news {
    case .loaded(let corpus, let decisions):
      log.info("loaded", metadata: ["corpus": "\(corpus)", "decisions": "\(decisions)"])
    case .unreadable(let reason):
      log.error("a corpus cannot be loaded", metadata: ["reason": "\(reason)"])
    case .unwritable(let reason):
      log.error(
        "the state cannot be written: requests are answered with an error",
        metadata: ["reason": "\(reason)"])
    case .writableAgain(let corpus):
      log.notice("the state can be written again", metadata: ["corpus": "\(corpus)"])
    }
  }

  /// Serves until told to stop.
  /// - Returns: what the process is to end with.
  @discardableResult
  func run() -> Int32 {
    loop.run()
    corpora.close()
    log.info("stopped")
    return server.exitCode
  }

  // MARK: Transports

  private func open(_ configuration: Configuration) throws {
    if let path = configuration.socketPath {
      try SocketPath.prepareDirectory(of: path, isStandard: configuration.isStandardSocket)
      try SocketPath.lock(path)
      listeners.append(
        try Listener(loop: loop, path: path) { [unowned self] stream in acceptUnix(stream) })
      log.info("listening", metadata: ["socket": "\(path)"])
    }
    if let address = configuration.listen {
      let listener = try Listener(loop: loop, host: address.host, port: address.port) {
        [unowned self] stream in accept(stream, .tcp)
      }
      listeners.append(listener)
      log.info(
        "listening",
        metadata: ["host": "\(address.host)", "port": "\(listener.port ?? address.port)"])
    }
    if configuration.usesStdio {
      let streams = try StandardStreams(loop: loop)
      stdioID = accept(streams, .stdio)
    }
  }

  private func acceptUnix(_ stream: ByteStream) {
    // The socket's mode keeps others out already; this also holds where the mode is not looked at.
    guard let user = stream.peerUserID, user == geteuid() || user == 0 else {
      log.warning("refused a peer of another user")
      stream.close()
      return
    }
    accept(stream, .unix)
  }

  @discardableResult
  private func accept(_ channel: any ByteChannel, _ peer: Peer) -> ConnectionID {
    let id = ConnectionID(nextNumber)
    nextNumber += 1
    let connection = Connection(channel, limits: limits, now: loop.now) {
      [unowned self] connection, event in handle(event, of: connection, id)
    }
    connections[id] = connection
    tell(.connected(id, peer))
    connection.start()
    return id
  }

  private func handle(_ event: Connection.Event, of connection: Connection, _ id: ConnectionID) {
    switch event {
    case .received(let bytes): tell(.received(id, bytes))
    case .ended: tell(.ended(id))
    case .blocked: tell(.blocked(id))
    case .drained: tell(.drained(id))
    case .failed(let error):
      log.debug("connection failed", metadata: ["error": "\(error)"])
    case .closed:
      connections[id] = nil
      processes.forget(id)
      tell(.closed(id))
      if id == stdioID {
        stdioID = nil
        tell(.stop)
      }
      endIfDrained()
    }
  }

  // MARK: Events and effects

  private func tell(_ event: Event) {
    for effect in server.handle(event, at: loop.now) { perform(effect) }
  }

  private func perform(_ effect: Effect) {
    switch effect {
    case .send(let id, let bytes): connections[id]?.send(bytes, now: loop.now)
    case .pauseReading(let id): connections[id]?.pauseReading()
    case .resumeReading(let id): connections[id]?.resumeReading()
    case .close(let id, let reason):
      if let reason { log.warning("closing a connection", metadata: ["reason": "\(reason)"]) }
      connections[id]?.finish()
    case .watch(let id, let processID): watch(processID, for: id)
    case .work(let ticket, let job):
      tickets[nextTag] = ticket
      workers?.run(job.run, tag: nextTag)
      nextTag += 1
    case .store(let number, let lane, let job): lanes[lane]?.run(job.run, tag: number)
    case .wake: loop.soon { [unowned self] in tell(.turn) }
    case .stopAccepting:
      drainDeadline = loop.now + Self.drainSeconds
      for listener in listeners { listener.close() }
      listeners.removeAll()
    case .finish:
      hasFinished = true
      endIfDrained()
    }
  }

  /// Leaves the loop when the answers are given and the peers have them, or have had their time.
  private func endIfDrained() {
    guard let drainDeadline else { return }
    let isLate = loop.now >= drainDeadline
    guard isLate || (hasFinished && connections.isEmpty) else { return }
    if !connections.isEmpty {
      log.warning("peers did not take their answers", metadata: ["count": "\(connections.count)"])
    }
    watch?.cancel()
    processes.end()
    workers?.end()
    // What they have begun is finished.
    for lane in lanes.values { lane.end() }
    loop.stop()
  }

  private func didReceive(_ number: Int32) {
    if drainDeadline != nil {
      // Asked twice: now.
      exit(128 + number)
    }
    log.info("draining", metadata: ["signal": "\(number)"])
    tell(.stop)
  }

  /// Ends a connection with the process on its other side.
  private func watch(_ processID: Int, for id: ConnectionID) {
    // That of a peer on a socket may be another container's, which nobody can see from here.
    guard id == stdioID || WatchedProcesses.isAlive(processID) else { return }
    processes.watch(processID, for: id, on: loop) { [unowned self] id in
      log.info("the client's process is gone")
      connections[id]?.cut()
    }
  }

  /// Cuts peers that leave their answers unread.
  private func lookAtPeers() {
    let now = loop.now
    for connection in connections.values {
      connection.noteProgress(now: now)
      guard limits.unreadSeconds > 0,
        connection.unreadSeconds(now: now) >= Double(limits.unreadSeconds)
      else { continue }
      log.warning(
        "cut a peer that leaves its answers unread",
        metadata: ["seconds": "\(limits.unreadSeconds)"])
      connection.cut()
    }
    for (name, done, total) in corpora.loading {
      log.info("loading", metadata: ["corpus": "\(name)", "done": "\(done)", "of": "\(total)"])
    }
    endIfDrained()
  }

  private static func writeStatus(
    of loop: EventLoop, _ configuration: Configuration, to writer: inout JSONWriter
  ) {
    if let path = configuration.statePath {
      writer.key("state")
      writer.object { writer in
        writer.key("path")
        writer.string(DiskFiles.absolute(path))
        writer.key("durability")
        writer.string(configuration.durability.rawValue)
      }
    }
    writer.key("memory")
    writer.object { writer in
      let memory = ProcessMemory.now
      writer.key("residentBytes")
      writer.integer(memory.resident)
      writer.key("peakBytes")
      writer.integer(memory.peak)
    }
    writer.key("workers")
    writer.integer(configuration.workers)
    writer.key("loop")
    writer.object { writer in
      writer.key("turns")
      writer.integer(loop.turns.count)
      writer.key("longestTurnMilliseconds")
      writer.decimal(Int(loop.turns.longestSeconds * 1_000_000), decimals: 3)
    }
  }

  /// Descriptors that are not connections: listeners, files, threads' counters, and those who are told that
  /// the server is full, which a whole backlog may be at once.
  private static let descriptorReserve = Listener.backlog + 128

  /// As many connections as there can be: libuv closes all that wait when it runs out of descriptors.
  private static func connectionLimit(_ wanted: Int) throws -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return wanted }
    limit.rlim_cur = min(
      limit.rlim_max, max(limit.rlim_cur, rlim_t(wanted + descriptorReserve)))
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    let most = Int(clamping: limit.rlim_cur) - descriptorReserve
    guard most > 0 else {
      throw Failure(
        "this process may have \(limit.rlim_cur) open files, at least \(descriptorReserve + 1) are "
          + "needed (ulimit -n)")
    }
    return min(wanted, most)
  }
}

enum Build {
  static var description: String {
    #if DEBUG
      "debug"
    #else
      "release"
    #endif
  }
}
