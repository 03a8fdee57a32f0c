internal import JSON
internal import JSONRPC

/// The protocol state of one connection: bytes in, answers out, in order.
///
/// Architecture invariant: knows no socket and no clock. Its owner feeds it and sends what it
/// hands out.
final class Session {
  let id: ConnectionID
  let peer: Peer
  private let context: SessionContext
  private var framer: MessageFramer
  private var dialect: (any Dialect)?
  private var conversation: (any Conversation)?
  /// The process that the peer wants to be watched, until it was taken.
  private var watchedProcess: Int?
  private var queue: [Exchange] = []
  /// Index of the exchange that is served now; those before it are done.
  private var head = 0
  /// How many exchanges were taken out of the queue: the number of the one at its start.
  private var removedCount = 0
  /// Number of the first exchange that has not begun ahead of its turn.
  private var aheadNumber = 0
  /// Bytes of the messages that wait.
  private var waitingBytes = 0
  /// Jobs of this session that are not finished.
  private var jobCount = 0
  /// The peer said goodbye, or must not be listened to any more.
  private(set) var isClosing = false
  private(set) var closeReason: String?
  private(set) var hasEnded = false
  /// Answers that wait for a commit, and those behind them.
  private var held: [HeldAnswer] = []
  private var heldBytes = 0
  /// The peer does not take its answers: nothing more is made for it.
  var isBlocked = false
  /// Whether the owner was asked to stop reading.
  var isPaused = false

  init(id: ConnectionID, peer: Peer, context: SessionContext) {
    self.id = id
    self.peer = peer
    self.context = context
    framer = MessageFramer(limits: context.limits)
    if peer == .stdio, context.speaksLSPOnStdio { choose(.lsp) }
  }

  var waitingCount: Int { queue.count - head }

  /// Whether `advance` would do something.
  var isReady: Bool {
    guard !isBlocked, !isClosing else { return false }
    if waitingCount == 0 { return !hasEnded && conversation?.hasWork ?? false }
    return !queue[head].isWaiting && callWithJobs(at: head) == nil
      && heldBytes < context.limits.unsentBytes
  }

  /// Whether the request whose turn it is waits for something.
  var isStalled: Bool { !isClosing && waitingCount > 0 && queue[head].isWaiting }

  var isHolding: Bool { !held.isEmpty }

  /// Whether everything that came was answered and nothing more will come.
  var isDone: Bool { (isClosing || (hasEnded && waitingCount == 0)) && held.isEmpty }

  /// Whether so much waits that nothing more is taken in.
  var isFull: Bool {
    waitingCount + held.count >= context.limits.requestsInFlight
      || waitingBytes >= context.limits.requestBytesInFlight
  }

  /// Whether so little waits that more can be taken in again.
  var isNearlyEmpty: Bool {
    waitingCount + held.count <= context.limits.requestsInFlight / 4
      && waitingBytes <= context.limits.requestBytesInFlight / 4
  }

  // MARK: Bytes in

  func receive(_ bytes: UnsafeRawBufferPointer) {
    guard !isClosing else { return }
    framer.append(bytes)
    pull()
  }

  func end() {
    hasEnded = true
    framer.finish()
    pull()
  }

  /// Parses waiting frames as long as the queue is short enough.
  func pull() {
    while !isClosing, !isFull,
      let frame = framer.nextFrame()
    {
      switch frame {
      case .message(let bytes): take(bytes)
      case .garbage(let error): enqueue(Exchange(failure: error), 0)
      case .hostile(let reason): close(reason)
      }
    }
  }

  private func take(_ bytes: [UInt8]) {
    context.counters.messages += 1
    let document: JSONDocument
    do throws(JSONError) {
      document = try context.parser.parse(bytes)
    } catch {
      context.counters.unreadable += 1
      framer.reject(bytes)
      enqueue(Exchange(failure: .parse(error)), 0)
      return
    }
    let root = document.root
    guard root.kind == .array else {
      let message = Message(root)
      if dialect == nil { chooseDialect(message) }
      cancelIfAsked(message)
      enqueue(Exchange(message: message), bytes.count)
      return
    }
    guard dialect?.takesBatches ?? true else {
      enqueue(Exchange(failure: RPCError(.invalidRequest, "LSP has no batches")), 0)
      return
    }
    var messages: [Message] = []
    for element in root.elements {
      guard messages.count < context.limits.batchItems else {
        let most = context.limits.batchItems
        let error = RPCError(
          .invalidRequest, "a batch may have \(most) messages", limit: "batchItems")
        enqueue(Exchange(failure: error), 0)
        return
      }
      messages.append(Message(element))
    }
    guard !messages.isEmpty else {
      enqueue(Exchange(failure: RPCError(.invalidRequest, "an empty batch")), 0)
      return
    }
    enqueue(Exchange(batch: messages), bytes.count)
    messages.forEach(cancelIfAsked)
  }

  private func enqueue(_ exchange: Exchange, _ byteCount: Int) {
    queue.append(exchange)
    queue[queue.count - 1].byteCount = byteCount
    waitingBytes += byteCount
    // The framing can change once, after garbage; an answer goes by the one of its message, so that
    // it does not depend on how the bytes were cut.
    queue[queue.count - 1].framing = framer.framing ?? .lines
  }

  /// A cancellation takes effect when it arrives, before what waits in the queue.
  private func cancelIfAsked(_ message: Message) {
    guard case .notification("$/cancelRequest", let params?) = message, let id = params["id"]
    else { return }
    let cancelled = RequestID(raw: Array(id.rawBytes))
    for index in head..<queue.count where queue[index].cancel(cancelled) { return }
  }

  // MARK: Answers out

  /// Serves the exchange at the head as far as the budget goes.
  /// - Returns: framed answers to send; empty when none is ready.
  func advance(budget: inout Int) -> [UInt8] {
    var output: [UInt8] = []
    while budget > 0, !isClosing, head < queue.count, !queue[head].isWaiting,
      callWithJobs(at: head) == nil,
      output.count + heldBytes < context.limits.unsentBytes
    {
      // One that began ahead of its turn may have failed there.
      if !queue[head].isFinished { step(&queue[head], &budget) }
      if let reason = queue[head].closeReason { close(reason) }
      guard queue[head].isFinished || isClosing else { continue }
      if let answer = queue[head].takeAnswer() {
        output += conversationMessages()
        hold(answer, queue[head].framing, &output)
      }
      waitingBytes -= queue[head].byteCount
      queue[head].release()
      head += 1
      if head == queue.count || head > 1_024 {
        removedCount += head
        queue.removeFirst(head)
        head = 0
      }
    }
    return output + converse(&budget)
  }

  /// Sends an answer, or keeps it until it may be sent.
  private func hold(_ answer: Exchange.Finished, _ framing: Framing, _ output: inout [UInt8]) {
    let answer = HeldAnswer(framing: framing, answer: answer)
    if held.isEmpty, !answer.isPending {
      output += settled(answer)
    } else {
      held.append(answer)
      heldBytes += answer.answer.bytes.count
    }
  }

  /// Framed answers that have waited long enough, in order.
  func release() -> [UInt8] {
    var output: [UInt8] = []
    let count = held.firstIndex(where: \.isPending) ?? held.count
    for answer in held.prefix(count) {
      heldBytes -= answer.answer.bytes.count
      output += settled(answer)
    }
    held.removeFirst(count)
    return output
  }

  private func settled(_ answer: HeldAnswer) -> [UInt8] {
    let (bytes, failureCount) = answer.settled()
    context.counters.errors += failureCount
    return bytes
  }

  private func step(_ exchange: inout Exchange, _ budget: inout Int) {
    let call = exchange.calls[exchange.position]
    let (requestID, method, params): (RequestID?, String, JSONValue?)
    switch call {
    case .failure(let id, let error):
      budget -= 1
      exchange.fail(error, id: id)
      context.counters.errors += 1
      return
    case .response(let id, let result):
      budget -= 1
      conversation?.answer(id, result)
      exchange.next()
      return
    case .request(let id, let name, let value): (requestID, method, params) = (id, name, value)
    case .notification(let name, let value): (requestID, method, params) = (nil, name, value)
    }
    do throws(RPCError) {
      if exchange.work == nil {
        guard try begin(&exchange, requestID, method, params) else {
          budget -= 1
          return
        }
      }
      guard try exchange.advance(budget: &budget) else { return }
      context.counters.requests += 1
      if requestID == nil {
        exchange.abandon()
        exchange.next()
      } else {
        exchange.finishResult(id: requestID ?? .null)
      }
    } catch {
      budget -= 1
      fail(&exchange, requestID, error)
    }
  }

  /// - Returns: whether there is work to advance; false where the call is done with already.
  private func begin(
    _ exchange: inout Exchange, _ requestID: RequestID?, _ method: String, _ params: JSONValue?
  ) throws(RPCError) -> Bool {
    switch try disposition(method, params, requestID) {
    case .route:
      let route = try context.router.route(method)
      exchange.begin(
        try route.begin(Request(params: params, peer: peer)), id: requestID ?? .null)
      return true
    case .work(let work):
      exchange.begin(work, id: requestID ?? .null)
      return true
    case .deferred:
      exchange.next()
      return false
    case .ignore:
      guard requestID == nil else {
        throw RPCError(.invalidRequest, "\"\(method)\" is a notification: it has no id")
      }
      exchange.next()
      return false
    case .exit:
      isClosing = true
      exchange.next()
      // A goodbye with an id is a request like any other.
      if let requestID { exchange.answerNull(id: requestID) }
      return false
    }
  }

  private func fail(_ exchange: inout Exchange, _ requestID: RequestID?, _ error: RPCError) {
    context.counters.errors += 1
    exchange.abandon()
    if let requestID { exchange.fail(error, id: requestID) } else { exchange.next() }
    if error.kind == .unauthenticated {
      exchange.closeReason = "not authenticated: \(error.message)"
    }
  }

  // MARK: Jobs

  /// More jobs than this of one session are not begun at a time.
  private static let jobsMaximum = 64

  /// Begins requests whose work has jobs before their turn has come, as long as all before them are
  /// of that kind: whatever else stands in the queue may change what they mean.
  func beginAhead() -> [(ticket: Ticket, job: Job)] {
    guard context.hasWorkers, !isClosing, !isBlocked else { return [] }
    var jobs: [(ticket: Ticket, job: Job)] = []
    aheadNumber = max(aheadNumber, removedCount + head)
    while jobCount < Self.jobsMaximum, aheadNumber - removedCount < queue.count,
      let (id, method, params) = callWithJobs(at: aheadNumber - removedCount)
    {
      let index = aheadNumber - removedCount
      do throws(RPCError) {
        guard try begin(&queue[index], id, method, params) else { break }
        for (number, job) in (queue[index].work?.takeJobs() ?? []).enumerated() {
          jobs.append((Ticket(connection: self.id, exchange: aheadNumber, job: number), job))
          jobCount += 1
        }
      } catch {
        fail(&queue[index], id, error)
      }
      aheadNumber += 1
    }
    return jobs
  }

  /// The request at a place of the queue, if its work will have jobs and has not begun.
  private func callWithJobs(at index: Int) -> (RequestID, String, JSONValue?)? {
    guard context.hasWorkers, queue[index].work == nil, !queue[index].isBatch,
      !queue[index].isFinished,
      case .request(let id, let method, let params) = queue[index].calls[0],
      let route = try? context.router.route(method), route.hasJobs
    else { return nil }
    return (id, method, params)
  }

  /// Takes a job's result. Its exchange may be gone: cancelled, or cut off with the connection.
  func finish(_ ticket: Ticket, _ result: any Sendable) {
    guard let exchange = ticket.exchange else {
      conversation?.finish(ticket.job, result)
      return
    }
    jobCount -= 1
    let index = exchange - removedCount
    guard index >= head, index < queue.count else { return }
    queue[index].accept(result, of: ticket.job)
  }

  private func disposition(
    _ method: String, _ params: JSONValue?, _ id: RequestID?
  ) throws(RPCError) -> Disposition {
    // The first message of a batch that came first tells for all.
    if self.dialect == nil { choose(.tell(method: method, params: params)) }
    guard var dialect = self.dialect else { return .ignore }
    defer {
      self.dialect = dialect
      framer.limits.messageBytes = dialect.messageBytesMaximum
    }
    let answer = try dialect.accept(method: method, params: params, id: id)
    if conversation == nil, let made = dialect.conversation {
      conversation = made
      watchedProcess = dialect.processID
    }
    return answer
  }

  /// A message may have as much as its dialect allows, so that is told before the next one is read.
  private func chooseDialect(_ message: Message) {
    switch message {
    case .request(_, let method, let params), .notification(let method, let params):
      choose(.tell(method: method, params: params))
    case .response, .invalid: break
    }
  }

  private func choose(_ name: DialectName) {
    let dialect = context.makeDialect(name, peer)
    self.dialect = dialect
    framer.limits.messageBytes = dialect.messageBytesMaximum
  }

  // MARK: The conversation

  /// What the process ends with when it ends with this session.
  var exitCode: Int32 { dialect?.exitCode ?? 0 }

  /// Work of the conversation's for other threads; where there are none, it is done here, one job a call.
  func takeConversationJobs() -> [(ticket: Ticket, job: Job)] {
    guard let conversation, !isClosing, !hasEnded else { return [] }
    return conversation.takeJobs().map { number, job in
      (Ticket(connection: id, exchange: nil, job: number), job)
    }
  }

  func takeWatchedProcess() -> Int? {
    defer { watchedProcess = nil }
    return watchedProcess
  }

  /// Lets the conversation go on when nothing of the peer's waits.
  /// - Returns: its messages, framed.
  private func converse(_ budget: inout Int) -> [UInt8] {
    guard let conversation, !isClosing, head == queue.count else { return [] }
    if budget > 0, !hasEnded { conversation.work(budget: &budget) }
    return conversationMessages()
  }

  /// What the conversation has to say by now, framed.
  private func conversationMessages() -> [UInt8] {
    guard let conversation else { return [] }
    let framing = framer.framing ?? .headers
    return conversation.takeMessages().flatMap { framing.frame($0) }
  }

  private func close(_ reason: String) {
    isClosing = true
    closeReason = reason
  }
}
