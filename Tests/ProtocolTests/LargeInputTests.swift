import JSON
import JSONRPC
import Serving
import Testing

/// What is too large for a file of `Protocol/transcripts`.
@Suite struct `Large input` {
  private static let good = #"{"jsonrpc":"2.0","id":"good","method":"corpus/list"}"#

  private func harness(_ limits: Limits = Limits()) -> Harness {
    let harness = Harness(limits: limits)
    harness.connect()
    return harness
  }

  private func expectGood(_ harness: Harness) {
    harness.send(line: Self.good)
    let lines = harness.takeLines()
    #expect(lines.count == 1 && lines[0].hasPrefix(#"{"jsonrpc":"2.0","id":"good","result":"#))
  }

  @Test func `a batch of 1,000 is served and one of 1,001 is an error`() throws {
    let harness = harness()
    let item = #"{"jsonrpc":"2.0","id":1,"method":"corpus/list"}"#
    harness.send(line: "[\(Array(repeating: item, count: 1_000).joined(separator: ","))]")
    let answer = try JSONParser().parse(harness.takeOutput()).root
    #expect(answer.elements.reduce(0) { count, _ in count + 1 } == 1_000)

    harness.send(line: "[\(Array(repeating: item, count: 1_001).joined(separator: ","))]")
    #expect(
      harness.takeLines() == [
        #"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"#
          + #""a batch may have 1000 messages","#
          + #""data":{"kind":"limit_exceeded","limit":"batchItems"}}}"#
      ])
    expectGood(harness)
  }

  @Test(arguments: [128, 129, 100_000])
  func `brackets inside each other are an error above the limit of 128`(_ depth: Int) throws {
    let harness = harness()
    let brackets =
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    harness.send(line: brackets)
    let lines = harness.takeLines()
    #expect(lines.count == 1)
    // Within the limit it is JSON: a batch of one thing that is no message.
    let kind = depth <= 128 ? #""kind":"invalid_request""# : #""limit":"nesting""#
    #expect(lines[0].contains(kind))
    expectGood(harness)
  }

  @Test func `100,000 brackets in a header frame are an error`() {
    let harness = harness()
    harness.send(Framing.headers.frame([UInt8](repeating: UInt8(ascii: "["), count: 100_000)))
    #expect(text(harness.takeOutput()).contains(#""limit":"nesting""#))
    harness.send(Framing.headers.frame(Array(Self.good.utf8)))
    #expect(text(harness.takeOutput()).contains(#""id":"good","result":"#))
  }

  @Test func `a line above the limit is dropped as it comes`() {
    var limits = Limits()
    limits.messageBytes = 1_000
    let harness = harness(limits)
    for _ in 0..<100 { harness.send(Array(repeating: UInt8(ascii: " "), count: 20)) }
    #expect(harness.takeOutput().isEmpty)  // White space between messages is no message.
    for _ in 0..<100 { harness.send(Array(repeating: UInt8(ascii: "x"), count: 20)) }
    let lines = harness.takeLines()
    #expect(lines.count == 1 && lines[0].contains(#""limit":"messageBytes""#))
    harness.send([0x0A])
    #expect(harness.takeOutput().isEmpty)
    expectGood(harness)
  }

  @Test func `too many examples in a request are an error and none is admitted`() throws {
    var limits = Limits()
    limits.examplesPerRequest = 3
    let harness = harness(limits)
    let request = { (count: Int) in
      let examples = (0..<count).map { "{\"text\":\"number \($0)\"}" }.joined(separator: ",")
      return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"examples/admit\","
        + "\"params\":{\"return\":\"decision\",\"examples\":[\(examples)]}}"
    }
    harness.send(line: request(4))
    #expect(
      harness.takeLines() == [
        #"{"jsonrpc":"2.0","id":1,"error":{"code":3,"message":"a request may have 3 examples","#
          + #""data":{"kind":"limit_exceeded","pointer":"/examples","#
          + #""limit":"examplesPerRequest"}}}"#
      ])
    harness.send(line: request(3))
    let answer = try #require(harness.takeLines().first)
    #expect(answer.contains(##""id":"#3""##) && !answer.contains(##""id":"#4""##))
  }

  @Test func `more corpora than the limit are an error`() {
    var limits = Limits()
    limits.corpora = 1
    let harness = harness(limits)
    for name in ["a", "b", "a"] {
      harness.send(
        line: "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"corpus/open\","
          + "\"params\":{\"corpus\":\"\(name)\"}}")
    }
    let lines = harness.takeLines()
    #expect(lines.count == 3)
    #expect(lines[1].contains(#""code":3,"#) && lines[1].contains(#""limit":"corpora""#))
    #expect(lines[2].contains(#""created":false"#))
  }

  @Test func `more reference texts than the limit are an error and none is added`() throws {
    var limits = Limits()
    limits.references = 3
    let harness = harness(limits)
    func load(_ numbers: Range<Int>) {
      let items = numbers.map { "{\"text\":\"one two three four \($0)\"}" }.joined(separator: ",")
      harness.send(
        line: "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"references/load\","
          + "\"params\":{\"name\":\"set\",\"examples\":[\(items)]}}")
    }
    load(0..<4)
    load(0..<3)
    load(3..<4)
    let lines = harness.takeLines()
    #expect(lines.count == 3)
    #expect(lines[0].contains(#""code":3,"#) && lines[0].contains(#""limit":"references""#))
    #expect(lines[1].contains(#""loaded":3"#))
    #expect(lines[2].contains(#""limit":"references""#))
  }

  @Test func `a cancelled request leaves no example behind`() throws {
    let harness = harness()
    harness.send(
      Array(
        """
        {"jsonrpc":"2.0","id":1,"method":"examples/admit","params":{"examples":[{"text":"x"}]}}
        {"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}
        {"jsonrpc":"2.0","id":2,"method":"corpus/list"}

        """.utf8))
    let lines = harness.takeLines()
    #expect(lines.count == 2 && lines[0].contains("-32800"))
    #expect(lines.last == #"{"jsonrpc":"2.0","id":2,"result":{"corpora":[]}}"#)
  }

  @Test func `a server without a token lets nobody in over TCP`() {
    let server = Server(
      identity: ServerIdentity(name: "thresher", version: "0", build: "test"), limits: Limits(),
      token: nil, routes: [], status: { _ in }, now: 0)
    let id = ConnectionID(1)
    _ = server.handle(.connected(id, .tcp), at: 0)
    let line = #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"token":""}}"# + "\n"
    let effects = Array(line.utf8).withUnsafeBytes { server.handle(.received(id, $0), at: 0) }
    let isClosed = effects.contains { effect in
      if case .close = effect { true } else { false }
    }
    #expect(isClosed)
  }
}
