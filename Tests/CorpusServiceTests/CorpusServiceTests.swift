import CorpusService
import Curation
import JSON
import JSONRPC
import Serving
import Testing

/// A server with the corpus service and one peer; one request, one answer.
final class Rig {
  private let server: Server
  private let id = ConnectionID(1)
  private var nextID = 1

  init(limits: Limits = Limits(), files: (any FileReading)? = nil, peer: Peer = .unix) {
    let service = CorpusService(limits: limits, files: files)
    server = Server(
      identity: ServerIdentity(name: "rig", version: "1", build: "test"), limits: limits,
      token: "secret", routes: service.routes, status: { service.writeStatus(to: &$0) }, now: 0)
    _ = server.handle(.connected(id, peer), at: 0)
  }

  func call(_ method: String, _ params: String) throws -> JSONValue {
    let text =
      #"{"jsonrpc":"2.0","id":\#(nextID),"method":"\#(method)","params":\#(params)}"# + "\n"
    nextID += 1
    var sent: [UInt8] = []
    var effects = Array(text.utf8).withUnsafeBytes { server.handle(.received(id, $0), at: 0) }
    while !effects.isEmpty {
      var next: [Effect] = []
      for effect in effects {
        if case .send(_, let bytes) = effect { sent += bytes }
        if case .wake = effect { next += server.handle(.turn, at: 0) }
      }
      effects = next
    }
    return try JSONParser().parse(sent).root
  }

  /// `kind` and pointer of the error, or the result.
  func outcome(_ method: String, _ params: String) throws -> String {
    let answer = try call(method, params)
    guard let error = answer["error"] else { return answer["result"]?.rawText ?? "" }
    let kind = try error["data"]?["kind"]?.string() ?? ""
    let pointer = try error["data"]?["pointer"]?.string() ?? ""
    return pointer.isEmpty ? kind : "\(kind) \(pointer)"
  }
}

@Suite struct CorpusServiceTests {
  @Test func `a request may have as many examples as the limit and no more`() throws {
    var limits = Limits()
    limits.examplesPerRequest = 5
    let rig = Rig(limits: limits)
    for method in ["examples/admit", "examples/judge"] {
      for (count, isServed) in [(5, true), (6, false)] {
        let examples = (0..<count).map { #"{"text":"number \#($0)"}"# }.joined(separator: ",")
        let outcome = try rig.outcome(method, #"{"examples":[\#(examples)],"return":"decision"}"#)
        #expect((outcome == "limit_exceeded /examples") == !isServed)
      }
    }
    #expect(try rig.outcome("corpus/stats", "{}").contains(#""sequence":5"#))
    #expect(try rig.outcome("examples/retract", #"{"ids":[1,2,3,4,5]}"#).contains("unknown"))
    #expect(try rig.outcome("examples/retract", #"{"ids":[1,2,3,4,5,6]}"#) == "limit_exceeded /ids")
  }

  @Test func `as many corpora as the limit and no more`() throws {
    var limits = Limits()
    limits.corpora = 2
    let rig = Rig(limits: limits)
    #expect(try rig.outcome("corpus/open", #"{"corpus":"a"}"#).contains(#""created":true"#))
    #expect(try rig.outcome("corpus/open", #"{"corpus":"b"}"#).contains(#""created":true"#))
    #expect(try rig.outcome("corpus/open", #"{"corpus":"c"}"#) == "limit_exceeded")
    #expect(try rig.outcome("corpus/open", #"{"corpus":"a"}"#).contains(#""created":false"#))
    #expect(try rig.outcome("corpus/drop", #"{"corpus":"a"}"#) == #"{"dropped":true}"#)
    #expect(try rig.outcome("corpus/open", #"{"corpus":"c"}"#).contains(#""created":true"#))
  }

  @Test func `matches may be asked for up to the limit`() throws {
    var limits = Limits()
    limits.similarMatches = 3
    let rig = Rig(limits: limits)
    #expect(try rig.outcome("examples/similar", #"{"text":"a","limit":3}"#) == #"{"matches":[]}"#)
    #expect(
      try rig.outcome("examples/similar", #"{"text":"a","limit":4}"#) == "limit_exceeded /limit")
    #expect(
      try rig.outcome("examples/similar", #"{"text":"a","limit":0}"#) == "invalid_params /limit")
  }

  @Test(arguments: [
    ("a", true), ("A-Z_0.9", true), (String(repeating: "x", count: 64), true),
    (String(repeating: "x", count: 65), false), ("", false), (".a", false), ("a/b", false),
    ("a b", false), ("ä", false),
  ])
  func `a corpus name is safe as the name of a file`(_ name: String, _ isValid: Bool) throws {
    let outcome = try Rig().outcome("corpus/open", #"{"corpus":"\#(name)"}"#)
    #expect((outcome == "invalid_params /corpus") == !isValid)
  }

  @Test(arguments: [
    ("examples/admit", "{}", "invalid_params /examples"),
    ("examples/admit", #"{"examples":{}}"#, "invalid_params /examples"),
    ("examples/admit", #"{"examples":[],"corpus":"nope"}"#, "unknown_corpus /corpus"),
    ("examples/admit", #"{"examples":[],"return":"all"}"#, "invalid_params /return"),
    ("examples/admit", #"{"examples":[],"unknown":"ask"}"#, "invalid_params /unknown"),
    ("examples/admit", #"{"examples":[],"replace":1}"#, "invalid_params /replace"),
    ("examples/admit", #"{"examples":[],"extra":1}"#, "invalid_params /extra"),
    ("examples/retract", #"{"ids":[1,[]]}"#, "invalid_params /ids/1"),
    ("examples/similar", "{}", "invalid_params /example"),
    ("examples/similar", #"{"example":{"text":"a"},"text":"a"}"#, "invalid_params /text"),
    ("examples/similar", #"{"example":{"text":1}}"#, "invalid_params /example/text"),
    ("text/trim", #"{"text":1}"#, "invalid_params /text"),
    ("text/score", #"{"text":"a","corpus":"default","settings":{}}"#, "invalid_params /settings"),
    ("corpus/open", "{}", "invalid_params /corpus"),
    (
      "corpus/open", #"{"corpus":"a","settings":{"near":{"threshold":0}}}"#,
      "invalid_params /settings/near/threshold"
    ),
    (
      "corpus/open", #"{"corpus":"a","settings":{"persist":true}}"#,
      "not_available /settings/persist"
    ),
    ("corpus/drop", #"{"corpus":"nope"}"#, "unknown_corpus /corpus"),
    ("corpus/stats", #"{"corpus":"nope"}"#, "unknown_corpus /corpus"),
    ("corpus/configure", #"{"settings":{"near":{"shingle":5}}}"#, "settings_differ /settings/near"),
    ("corpus/configure", "{}", "invalid_params /settings"),
    ("corpus/list", #"{"all":true}"#, "invalid_params /all"),
  ])
  func `a wrong request is refused with kind and place`(
    _ method: String, _ params: String, _ expected: String
  ) throws {
    #expect(try Rig().outcome(method, params) == expected)
  }

  @Test func `policy can change, for later decisions`() throws {
    let rig = Rig()
    let row = { (id: Int) in
      #"{"examples":[{"id":\#(id),"instruction":"Say \#(id).","output":"I say \#(id)."}],"return":"decision"}"#
    }
    #expect(try rig.outcome("examples/admit", row(1)).contains(#""keep":true"#))
    #expect(
      try rig.outcome("corpus/configure", #"{"settings":{"score":{"minimum":10}}}"#).contains(
        #""minimum":10"#))
    #expect(try rig.outcome("examples/admit", row(2)).contains("low_score"))
    #expect(try rig.outcome("examples/admit", row(1)).contains(#""keep":true"#))
  }

  @Test func `only default opens by itself`() throws {
    let rig = Rig()
    #expect(try rig.outcome("corpus/list", "{}") == #"{"corpora":[]}"#)
    #expect(try rig.outcome("corpus/stats", "{}").contains(#""corpus":"default""#))
    #expect(try rig.outcome("corpus/list", "{}").contains("default"))
  }
}
