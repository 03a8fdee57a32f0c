internal import JSON
internal import JSONRPC

/// One frame of a peer and the answer to it in the making: a message, or a batch of them.
struct Exchange {
  enum Call {
    case request(id: RequestID, method: String, params: JSONValue?)
    case notification(method: String, params: JSONValue?)
    /// The peer's answer to a request of ours: it keeps its place, since it may be about what came
    /// before it.
    case response(id: RequestID, result: JSONValue?)
    /// Answered with an error without being served.
    case failure(id: RequestID, RPCError)
  }

  private(set) var calls: [Call]
  let isBatch: Bool
  /// How the answer is to be framed: as the peer framed its messages when this one came.
  var framing = Framing.lines
  /// Why the connection is to be closed once this is answered; nil where it is not.
  var closeReason: String?
  /// Bytes of the messages, which are held until it is finished.
  var byteCount = 0
  /// The call that is served now.
  var position = 0
  /// What is served now, once it has begun, and the size of the answer before it.
  var work: (any Work)?
  private var hasBegun = false
  private var mark = 0
  private var answer = JSONWriter()
  /// The answers so far, where they stand, and what they wait for.
  private var parts: [Part] = []
  /// What the call that was answered last waits for.
  private var commit: Commit?

  /// One of the answers of a batch, or the only one.
  struct Part {
    let id: RequestID
    let range: Range<Int>
    let commit: Commit?
  }

  var isFinished: Bool { position == calls.count }

  init(message: Message) {
    calls = [Call(message)]
    isBatch = false
  }

  init(failure: RPCError) {
    calls = [.failure(id: .null, failure)]
    isBatch = false
  }

  init(batch: [Message]) {
    calls = batch.map(Call.init)
    isBatch = true
    answer.beginArray()
  }

  /// A request with that id that is still waiting or can still be stopped gets -32800 instead.
  mutating func cancel(_ id: RequestID) -> Bool {
    for index in position..<calls.count {
      guard case .request(id, _, _) = calls[index] else { continue }
      if index == position, work?.hasCommitted == true { return true }
      if index == position, work != nil { abandon() }
      calls[index] = .failure(id: id, RPCError(.requestCancelled, "cancelled"))
      return true
    }
    return false
  }

  // MARK: Work

  /// Whether nothing can be done before a worker has finished.
  var isWaiting: Bool { work?.isWaiting ?? false }

  mutating func accept(_ result: any Sendable, of job: Int) { work?.accept(result, of: job) }

  // MARK: The answer

  mutating func begin(_ work: any Work, id: RequestID) {
    mark = answer.bytes.count
    Envelope.beginResult(id: id, &answer)
    hasBegun = true
    self.work = work
  }

  /// - Returns: whether the call is answered.
  mutating func advance(budget: inout Int) throws(RPCError) -> Bool {
    guard var running = work else { return true }
    work = nil  // One owner at a time: the work is changed in place.
    guard try running.advance(budget: &budget, &answer) else {
      work = running
      return false
    }
    commit = running.commit
    return true
  }

  mutating func finishResult(id: RequestID) {
    Envelope.end(&answer)
    parts.append(Part(id: id, range: mark..<answer.bytes.count, commit: commit))
    next()
  }

  mutating func fail(_ error: RPCError, id: RequestID) {
    let start = answer.bytes.count
    Envelope.error(error, id: id, &answer)
    parts.append(Part(id: id, range: start..<answer.bytes.count, commit: nil))
    next()
  }

  mutating func answerNull(id: RequestID) {
    let start = answer.bytes.count
    Envelope.beginResult(id: id, &answer)
    answer.null()
    Envelope.end(&answer)
    parts.append(Part(id: id, range: start..<answer.bytes.count, commit: nil))
  }

  mutating func next() {
    work = nil
    commit = nil
    hasBegun = false
    position += 1
  }

  /// Takes back what the work in progress has written; nothing if none has begun.
  mutating func abandon() {
    guard hasBegun else { return }
    work = nil
    hasBegun = false
    answer.truncate(to: mark)
  }

  /// Lets go of the messages: it is answered, and only keeps its place in the queue.
  mutating func release() {
    calls = []
    parts = []
    position = 0
    work = nil
  }

  /// What is to be sent, unframed.
  struct Finished {
    var bytes: [UInt8]
    let parts: [Part]
    let isBatch: Bool

    /// The same with an error for each part whose commit has failed.
    func withErrors() -> [UInt8] {
      var writer = JSONWriter()
      if isBatch { writer.beginArray() }
      for part in parts {
        if let failure = part.commit?.failure {
          Envelope.error(failure, id: part.id, &writer)
        } else {
          // In a batch the comma before it was written with it.
          let answer = bytes[part.range].drop { $0 == UInt8(ascii: ",") }
          writer.raw(answer.span)
        }
      }
      if isBatch { writer.endArray() }
      return writer.take()
    }
  }

  /// Takes the answer; nil when nothing is answered.
  mutating func takeAnswer() -> Finished? {
    if isBatch {
      if answer.bytes.count == 1 { return nil }
      answer.endArray()
    }
    let bytes = answer.take()
    return bytes.isEmpty ? nil : Finished(bytes: bytes, parts: parts, isBatch: isBatch)
  }
}

extension Exchange.Call {
  fileprivate init(_ message: Message) {
    switch message {
    case .request(let id, let method, let params):
      self = .request(id: id, method: method, params: params)
    case .notification(let method, let params):
      self = .notification(method: method, params: params)
    case .invalid(let id, let error): self = .failure(id: id, error)
    case .response(let id, let result): self = .response(id: id, result: result)
    }
  }
}
