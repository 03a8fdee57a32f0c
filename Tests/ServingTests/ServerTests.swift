import JSON
import JSONRPC
import Serving
import Testing

/// A server with a few routes of its own, and one peer.
final class Rig {
  let server: Server
  let id = ConnectionID(1)
  private(set) var sent: [String] = []
  private(set) var effects: [Effect] = []
  private(set) var turns = 0
  var runsTurns = true

  /// Jobs that were asked for, in order.
  private(set) var jobs: [(ticket: Ticket, job: Job)] = []

  init(
    limits: Limits = Limits(), token: String? = nil, peer: Peer = .unix, hasWorkers: Bool = false
  ) {
    let routes = [
      Route("echo") { request throws(RPCError) in
        let params = request.params
        return Answer { writer in
          if let params { writer.raw(params.rawBytes.span) } else { writer.null() }
        }
      },
      Route("fail") { _ throws(RPCError) in throw RPCError(.busy, "not now") },
      Route("count") { request throws(RPCError) in
        var params = try Params(request.params)
        let steps = try params.integer("steps", in: 1...1_000_000) ?? 1
        let commitsAt = try params.integer("commitsAt", in: 0...1_000_000)
        try params.finish()
        return CountWork(steps: steps, commitsAt: commitsAt)
      },
      Route("square", hasJobs: true) { request throws(RPCError) in
        guard let number = request.params?.elements.first(where: { _ in true })?.integer else {
          throw RPCError(.invalidParams, "a number is missing")
        }
        return SquareWork(number: number)
      },
    ]
    server = Server(
      identity: ServerIdentity(name: "rig", version: "1", build: "test"), limits: limits,
      token: token, routes: routes, status: { _ in }, hasWorkers: hasWorkers, now: 0)
    perform(server.handle(.connected(id, peer), at: 0))
  }

  func send(_ text: String) {
    Array(text.utf8).withUnsafeBytes { perform(server.handle(.received(id, $0), at: 1)) }
  }

  func handle(_ event: Event) { perform(server.handle(event, at: 2)) }

  /// Does the job of that position, as a worker would.
  func finishJob(_ index: Int) { handle(.finished(jobs[index].ticket, jobs[index].job.run())) }

  private func perform(_ wanted: [Effect]) {
    for effect in wanted {
      effects.append(effect)
      switch effect {
      case .send(_, let bytes): sent.append(String(decoding: bytes, as: UTF8.self))
      case .work(let ticket, let job): jobs.append((ticket, job))
      case .wake where runsTurns:
        turns += 1
        perform(server.handle(.turn, at: 1))
      default: break
      }
    }
  }

  /// The lines that were sent since the last call.
  func takeLines() -> [String] {
    defer { sent = [] }
    return sent.joined().split(separator: "\n").map(String.init)
  }

  var isClosed: Bool {
    effects.contains { if case .close = $0 { true } else { false } }
  }
}

/// Works in steps, and tells how far it came.
struct CountWork: Work {
  let steps: Int
  let commitsAt: Int?
  var done = 0

  init(steps: Int, commitsAt: Int?) {
    self.steps = steps
    self.commitsAt = commitsAt
  }

  var hasCommitted: Bool { commitsAt.map { done > $0 } ?? false }

  mutating func advance(budget: inout Int, _ answer: inout JSONWriter) throws(RPCError) -> Bool {
    if done == 0 { answer.beginArray() }
    while budget > 0 {
      answer.integer(done)
      done += 1
      budget -= 1
      if done == steps {
        answer.endArray()
        return true
      }
    }
    return false
  }
}

/// Has its number squared on another thread.
struct SquareWork: Work {
  let number: Int
  var square: Int?
  var isGivenAway = false
  var hasCommitted: Bool { false }
  var isWaiting: Bool { isGivenAway && square == nil }

  init(number: Int) { self.number = number }

  mutating func takeJobs() -> [Job] {
    isGivenAway = true
    let number = number
    return [Job { number * number }]
  }

  mutating func accept(_ result: any Sendable, of job: Int) { square = result as? Int }

  mutating func advance(budget: inout Int, _ answer: inout JSONWriter) throws(RPCError) -> Bool {
    budget -= 1
    answer.integer(square ?? number * number)
    return true
  }
}

func request(_ id: Int, _ method: String, _ params: String? = nil) -> String {
  let tail = params.map { #","params":\#($0)"# } ?? ""
  return #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)"\#(tail)}"# + "\n"
}

func result(_ id: Int, _ result: String) -> String {
  #"{"jsonrpc":"2.0","id":\#(id),"result":\#(result)}"#
}

@Suite struct ServerTests {
  @Test func `requests are answered in order`() {
    let rig = Rig()
    rig.send((1...50).map { request($0, "echo", "[\($0)]") }.joined())
    #expect(rig.takeLines() == (1...50).map { result($0, "[\($0)]") })
  }

  @Test func `a long request goes on over several turns and keeps its place`() {
    let rig = Rig()
    rig.send(request(1, "count", #"{"steps":2000}"#) + request(2, "echo"))
    let lines = rig.takeLines()
    #expect(lines.count == 2)
    #expect(lines[0].hasSuffix(",1999]}"))
    #expect(lines[1] == result(2, "null"))
    #expect(rig.turns > 2)
  }

  @Test func `a long request of one peer does not hold up another`() {
    let rig = Rig()
    rig.runsTurns = false
    rig.send(request(1, "count", #"{"steps":100000}"#))
    #expect(rig.takeLines().isEmpty)
    let other = ConnectionID(2)
    _ = rig.server.handle(.connected(other, .unix), at: 1)
    var effects = Array(request(7, "echo").utf8).withUnsafeBytes {
      rig.server.handle(.received(other, $0), at: 1)
    }
    // The turn's budget is used up; the next one serves both.
    effects += rig.server.handle(.turn, at: 1)
    #expect(effects.contains(.send(other, Array((result(7, "null") + "\n").utf8))))
    #expect(rig.takeLines().isEmpty)
  }

  @Test func `a waiting request can be cancelled and is answered with -32800`() {
    let rig = Rig()
    rig.send(
      request(1, "echo") + request(2, "echo")
        + #"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":2}}"# + "\n")
    let lines = rig.takeLines()
    #expect(lines[0] == result(1, "null"))
    #expect(lines[1].contains("-32800"))
    #expect(lines.count == 2)
  }

  @Test func `a request in progress can be cancelled until it has committed`() {
    for (commitsAt, isCancelled) in [(1_000_000, true), (10, false)] {
      let rig = Rig()
      rig.runsTurns = false
      rig.send(request(1, "count", #"{"steps":5000,"commitsAt":\#(commitsAt)}"#))
      rig.runsTurns = true
      rig.send(#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}"# + "\n")
      rig.handle(.turn)
      let lines = rig.takeLines()
      #expect(lines.count == 1)
      #expect(lines[0].contains("-32800") == isCancelled)
    }
  }

  @Test func `jobs of waiting requests begin at once and answers keep their order`() {
    let rig = Rig(hasWorkers: true)
    rig.send(
      request(1, "square", "[3]") + request(2, "square", "[4]") + request(3, "echo")
        + request(4, "square", "[5]"))
    #expect(rig.jobs.count == 2, "what stands behind another kind of request waits")
    rig.finishJob(1)
    #expect(rig.takeLines().isEmpty)
    rig.finishJob(0)
    #expect(rig.takeLines() == [result(1, "9"), result(2, "16"), result(3, "null")])
    rig.finishJob(2)
    #expect(rig.takeLines() == [result(4, "25")])
  }

  @Test func `a request that fails before its turn is answered in its turn`() {
    let rig = Rig(hasWorkers: true)
    rig.send(request(1, "square", "[]"))
    #expect(rig.takeLines().first?.contains("a number is missing") == true)
    rig.send(request(2, "square", "[3]") + request(3, "square", "[]") + request(4, "square", "[4]"))
    #expect(rig.takeLines().isEmpty)
    rig.finishJob(1)
    rig.finishJob(0)
    let lines = rig.takeLines()
    #expect(lines.count == 3)
    #expect(lines.first == result(2, "9") && lines.last == result(4, "16"))
    #expect(lines[1].contains("a number is missing"))
  }

  @Test func `a result that comes after its request was cancelled is dropped`() {
    let rig = Rig(hasWorkers: true)
    rig.send(request(1, "square", "[3]"))
    rig.send(#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}"# + "\n")
    rig.send(request(2, "square", "[4]"))
    let lines = rig.takeLines()
    #expect(lines.count == 1 && lines[0].contains("-32800"))
    rig.finishJob(0)
    rig.finishJob(1)
    #expect(rig.takeLines() == [result(2, "16")])
  }

  @Test func `a result for a connection that is gone is dropped`() {
    let rig = Rig(hasWorkers: true)
    rig.send(request(1, "square", "[3]"))
    rig.handle(.closed(rig.id))
    rig.finishJob(0)
    #expect(rig.takeLines().isEmpty)
  }

  @Test func `stopping waits for the workers`() {
    let rig = Rig(hasWorkers: true)
    rig.send(request(1, "square", "[3]"))
    rig.handle(.stop)
    #expect(!rig.effects.contains(.finish))
    rig.finishJob(0)
    #expect(rig.takeLines() == [result(1, "9")])
    #expect(rig.effects.last == .finish)
  }

  @Test func `cancelling what is unknown or answered does nothing`() {
    let rig = Rig()
    rig.send(
      request(1, "echo") + #"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":9}}"# + "\n"
    )
    #expect(rig.takeLines() == [result(1, "null")])
  }

  @Test(arguments: [
    ("[]", ["-32600"]), ("[1,2]", ["-32600", "-32600"]),
    (#"[{"jsonrpc":"2.0","method":"echo"}]"#, []),
    (
      #"[{"jsonrpc":"2.0","id":1,"method":"echo"},{"jsonrpc":"2.0","method":"echo"},{"foo":1}]"#,
      [#""id":1,"result":null"#, "-32600"]
    ),
  ])
  func `batches are answered as the specification says`(_ batch: String, _ parts: [String]) throws {
    let rig = Rig()
    rig.send(batch + "\n" + request(9, "echo"))
    var lines = rig.takeLines()
    #expect(lines.removeLast() == result(9, "null"))
    guard !parts.isEmpty else { return #expect(lines.isEmpty) }
    let answer = try JSONParser().parse(Array(try #require(lines.first).utf8)).root
    let items = batch == "[]" ? [answer] : Array(answer.elements)
    #expect(items.count == parts.count)
    for (item, part) in zip(items, parts) { #expect(item.rawText.contains(part)) }
  }

  @Test func `a batch at the limit is served and one above is one error`() {
    let rig = Rig()
    for count in [1_000, 1_001] {
      let items = (1...count).map { String(request($0, "echo").dropLast()) }.joined(separator: ",")
      rig.send("[\(items)]\n")
      let lines = rig.takeLines()
      #expect(lines.count == 1)
      #expect(lines[0].contains("-32600") == (count == 1_001))
      #expect(lines[0].contains("batchItems") == (count == 1_001))
    }
  }

  @Test func `errors of a handler come with code, kind and the request's id`() {
    let rig = Rig()
    rig.send(request(1, "fail") + request(2, "nothing") + "nonsense\n" + request(3, "echo"))
    let lines = rig.takeLines()
    #expect(
      lines[0].contains(#""id":1,"error":{"code":4,"message":"not now","data":{"kind":"busy"}}"#))
    #expect(lines[1].contains(#""id":2,"error":{"code":-32601"#))
    #expect(lines[2].contains(#""id":null,"error":{"code":-32700"#))
    #expect(lines[3] == result(3, "null"))
  }

  @Test func `a notification is served and not answered`() {
    let rig = Rig()
    rig.send(
      #"{"jsonrpc":"2.0","method":"fail"}"# + "\n" + #"{"jsonrpc":"2.0","method":"echo"}"# + "\n")
    #expect(rig.takeLines().isEmpty)
    rig.send(request(1, "echo"))
    #expect(rig.takeLines() == [result(1, "null")])
  }

  @Test func `the end of input means finish my answers, then close`() {
    let rig = Rig()
    rig.send(request(1, "count", #"{"steps":5000}"#) + #"{"jsonrpc":"2.0","id":2,"method":"echo"}"#)
    rig.handle(.ended(rig.id))
    #expect(rig.takeLines().count == 2)
    #expect(rig.effects.last == .close(rig.id, reason: nil))
  }

  @Test func `after shutdown only exit is left, and exit closes`() {
    let rig = Rig()
    rig.send(request(1, "shutdown") + request(2, "echo"))
    let lines = rig.takeLines()
    #expect(lines[0] == result(1, "null"))
    #expect(lines[1].contains("-32600"))
    #expect(!rig.isClosed)
    rig.send(#"{"jsonrpc":"2.0","method":"exit"}"# + "\n" + request(3, "echo"))
    #expect(rig.isClosed)
    #expect(rig.takeLines().isEmpty)
  }

  @Test func `initialize tells who serves and its limits, and refuses other versions`() {
    let rig = Rig()
    rig.send(request(1, "initialize", #"{"clientInfo":{"name":"x"},"protocolVersion":1}"#))
    rig.send(request(2, "initialize", #"{"protocolVersion":2}"#))
    let lines = rig.takeLines()
    #expect(lines[0].contains(#""serverInfo":{"name":"rig","version":"1"},"protocolVersion":1"#))
    #expect(lines[0].contains(#""messageBytes":16777216"#))
    #expect(lines[1].contains(#""supported":[1]"#))
  }

  @Test func `over TCP nothing is served before the token`() {
    for (first, isIn) in [
      (request(1, "echo"), false), (request(1, "initialize"), false),
      (request(1, "initialize", #"{"token":"wrong"}"#), false),
      (request(1, "initialize", #"{"token":"secret!"}"#), false),
      (request(1, "initialize", #"{"token":"secret"}"#), true),
      ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"textDocument/hover\"}\n", false),
    ] {
      let rig = Rig(token: "secret", peer: .tcp)
      rig.send(first + request(2, "echo"))
      let lines = rig.takeLines()
      #expect(lines.contains(result(2, "null")) == isIn)
      #expect(lines[0].contains("unauthenticated") == !isIn)
      #expect(rig.isClosed == !isIn)
    }
  }

  @Test func `a refusal ahead of its turn is answered before the connection is closed`() {
    let rig = Rig(token: "secret", peer: .tcp, hasWorkers: true)
    rig.send(request(1, "square", "[3]") + request(2, "square", "[4]"))
    let lines = rig.takeLines()
    #expect(lines.count == 1 && lines[0].contains("unauthenticated"))
    #expect(rig.jobs.isEmpty && rig.isClosed)
  }

  @Test func `without a token nobody gets in over TCP`() {
    let rig = Rig(token: nil, peer: .tcp)
    rig.send(request(1, "initialize", #"{"token":"guess"}"#))
    #expect(rig.takeLines()[0].contains("unauthenticated"))
    #expect(rig.isClosed)
  }

  @Test(arguments: [
    #"{"processId":1,"rootUri":null,"capabilities":{}}"#,
    #"{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"x"}}"#,
  ])
  func `a dialect that is not built is named, and exit still works`(_ params: String) {
    let rig = Rig()
    rig.send(request(1, "initialize", params) + request(2, "echo"))
    let lines = rig.takeLines()
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { $0.contains("not_available") })
    rig.send(#"{"jsonrpc":"2.0","method":"exit"}"# + "\n")
    #expect(rig.isClosed)
  }

  @Test func `reading pauses above the mark of waiting requests and resumes below`() {
    var limits = Limits()
    limits.requestsInFlight = 8
    let rig = Rig(limits: limits)
    rig.handle(.blocked(rig.id))
    rig.send((1...20).map { request($0, "echo") }.joined())
    #expect(rig.effects.contains(.pauseReading(rig.id)))
    #expect(rig.takeLines().isEmpty)
    rig.handle(.drained(rig.id))
    #expect(rig.takeLines() == (1...20).map { result($0, "null") })
    #expect(rig.effects.last == .resumeReading(rig.id))
  }

  @Test func `reading pauses above the mark of waiting bytes, and one message always gets in`() {
    var limits = Limits()
    limits.requestBytesInFlight = 200
    let rig = Rig(limits: limits)
    rig.handle(.blocked(rig.id))
    let long = request(1, "echo", "[\"\(String(repeating: "x", count: 300))\"]")
    rig.send(long + request(2, "echo"))
    #expect(rig.effects.contains(.pauseReading(rig.id)))
    rig.handle(.drained(rig.id))
    #expect(rig.takeLines().count == 2)
    #expect(rig.effects.contains(.resumeReading(rig.id)))
  }

  @Test func `one connection above the limit is told busy and closed`() {
    var limits = Limits()
    limits.connections = 1
    let rig = Rig(limits: limits)
    let effects = rig.server.handle(.connected(ConnectionID(2), .unix), at: 0)
    guard case .send(_, let bytes) = effects.first else {
      Issue.record("nothing was sent")
      return
    }
    #expect(String(decoding: bytes, as: UTF8.self).contains("connections"))
    #expect(effects.last == .close(ConnectionID(2), reason: "the server has 1 connections"))
    rig.send(request(1, "echo"))
    #expect(rig.takeLines() == [result(1, "null")])
  }

  @Test func `stopping finishes what is in flight and then ends`() {
    let rig = Rig()
    rig.runsTurns = false
    rig.send(request(1, "count", #"{"steps":3000}"#))
    rig.handle(.stop)
    #expect(rig.effects.contains(.stopAccepting))
    #expect(!rig.effects.contains(.finish))
    rig.runsTurns = true
    rig.handle(.turn)
    #expect(rig.takeLines().count == 1)
    #expect(rig.effects.filter { $0 != .wake }.suffix(2) == [.close(rig.id, reason: nil), .finish])
  }

  @Test func `server-stop answers first`() {
    let rig = Rig()
    rig.send(request(1, "server/stop") + request(2, "echo"))
    #expect(rig.takeLines() == [result(1, #"{"stopping":true}"#), result(2, "null")])
    #expect(rig.effects.last == .finish)
  }

  @Test func `a peer that speaks HTTP is closed without an answer`() {
    let rig = Rig()
    rig.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(rig.takeLines().isEmpty)
    #expect(rig.isClosed)
  }

  @Test func `answers use the framing of the questions`() {
    let rig = Rig()
    let body = #"{"jsonrpc":"2.0","id":1,"method":"echo"}"#
    rig.send("content-length: \(body.utf8.count)\r\n\r\n\(body)")
    let answer = result(1, "null")
    #expect(rig.sent == ["Content-Length: \(answer.utf8.count)\r\n\r\n\(answer)"])
  }
}
