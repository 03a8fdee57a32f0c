import JSON
import JSONRPC
import Testing

@Suite struct MessageTests {
  func message(_ text: String) throws -> Message {
    Message(try JSONParser().parse(Array(text.utf8)).root)
  }

  @Test(arguments: [
    #""a""#, "1", "-1", "0", "9007199254740993", "123456789012345678901234567890", "1.5", "null",
    #""\u0061\n""#,
  ])
  func `an id comes back byte for byte`(_ id: String) throws {
    let message = try message(#"{"jsonrpc":"2.0","id":\#(id),"method":"m"}"#)
    guard case .request(let found, "m", nil) = message else {
      Issue.record("\(message)")
      return
    }
    var writer = JSONWriter()
    Envelope.beginResult(id: found, &writer)
    writer.null()
    Envelope.end(&writer)
    #expect(
      String(decoding: writer.take(), as: UTF8.self)
        == #"{"jsonrpc":"2.0","id":\#(id),"result":null}"#)
  }

  @Test(arguments: [
    ("1", "null", "a message is an object, not a number"),
    ("[]", "null", "a message is an object, not an array"),
    (
      #"{"jsonrpc":"2.0","id":[],"method":"m"}"#, "null",
      "an id is a string or a number, not an array"
    ),
    (
      #"{"jsonrpc":"2.0","id":true,"method":"m"}"#, "null",
      "an id is a string or a number, not a boolean"
    ),
    (
      #"{"jsonrpc":"2.0","id":"\ud800","method":"m"}"#, "null",
      "the id holds half of a surrogate pair"
    ),
    (#"{"id":3,"method":"m"}"#, "3", #""jsonrpc" must be "2.0""#),
    (#"{"jsonrpc":"1.0","id":3,"method":"m"}"#, "3", #""jsonrpc" must be "2.0""#),
    (#"{"jsonrpc":2.0,"id":3,"method":"m"}"#, "3", #""jsonrpc" must be "2.0""#),
    (#"{"jsonrpc":"2.0","id":1}"#, "1", #""method" is missing"#),
    (#"{"jsonrpc":"2.0","id":1,"method":1}"#, "1", #""method" must be a string"#),
    (
      #"{"jsonrpc":"2.0","method":"m","params":"x"}"#, "null",
      #""params" must be an object, not a string"#
    ),
  ])
  func `what is no request is answered with its id where there is one`(
    _ text: String, _ id: String, _ reason: String
  ) throws {
    guard case .invalid(let found, let error) = try message(text) else {
      Issue.record("accepted")
      return
    }
    #expect(String(decoding: found.raw, as: UTF8.self) == id)
    #expect(error.code == -32600)
    #expect(error.message == reason)
  }

  @Test func `notifications, responses and null params are told`() throws {
    guard
      case .notification("m", nil) = try message(#"{"jsonrpc":"2.0","method":"m","params":null}"#)
    else { return #expect(Bool(false)) }
    guard case .response = try message(#"{"jsonrpc":"2.0","id":1,"result":{}}"#)
    else { return #expect(Bool(false)) }
  }

  @Test func `params know what they were not asked for`() throws {
    let value = try JSONParser().parse(Array(#"{"corpus":"a","corpsu":1,"n":null}"#.utf8)).root
    var params = try Params(value)
    #expect(try params.string("corpus") == "a")
    #expect(try params.integer("n", in: 1...2) == nil)
    #expect(
      throws: RPCError(
        .invalidParams, "\"corpsu\" is not a parameter here", at: JSONPointer("/corpsu"))
    ) {
      try params.finish()
    }
  }

  @Test func `params of a wrong type are refused with their place`() throws {
    let value = try JSONParser().parse(Array(#"{"s":1,"b":"x","i":7,"a":{},"o":[]}"#.utf8)).root
    var params = try Params(value)
    func place(_ body: () throws -> Void) -> String? {
      do { try body() } catch let error as RPCError { return error.pointer?.description } catch {}
      return nil
    }
    #expect(place { _ = try params.string("s") } == "/s")
    #expect(place { _ = try params.bool("b") } == "/b")
    #expect(place { _ = try params.integer("i", in: 1...6) } == "/i")
    #expect(place { _ = try params.array("a") } == "/a")
    #expect(place { _ = try params.object("o") } == "/o")
  }

  @Test func `our own codes are positive and all codes differ`() {
    let codes = RPCError.Kind.allCases.map(\.code)
    #expect(Set(codes).count == codes.count)
    #expect(codes.allSatisfy { $0 > 0 || (-32800 ... -32600).contains($0) })
  }
}
