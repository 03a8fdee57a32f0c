import JSON
import JSONRPC
import Testing

/// One file of `Protocol/examples`.
struct ExampleFile: Sendable, CustomTestStringConvertible {
  let method: String
  let name: String

  var testDescription: String { "\(method) \(name)" }

  static let all: [ExampleFile] = Harness.methods.flatMap { method in
    ProtocolFolder.names(in: "examples/\(MethodName.page(method))", ending: ".json").map {
      ExampleFile(method: method, name: $0)
    }
  }

  func read() throws -> JSONValue {
    try ProtocolFolder.json("examples/\(MethodName.page(method))/\(name).json")
  }
}

@Suite struct `Every example` {
  @Test(arguments: ExampleFile.all)
  func `is what the server answers`(_ file: ExampleFile) throws {
    let example = try file.read()
    let harness = Harness()
    harness.connect()
    for request in example["before"]?.elements.map({ $0 }) ?? [] {
      let name = try request["method"]?.string()
      let method = try #require(name)
      harness.send(line: Self.request(method, request["params"], id: "\"before\""))
    }
    _ = harness.takeOutput()

    let outcome = example["result"].map { ("result", $0) } ?? example["error"].map { ("error", $0) }
    guard let (name, expected) = outcome else {
      // A notification: nothing is answered.
      harness.send(line: Self.request(file.method, example["params"], id: nil))
      #expect(harness.takeLines().isEmpty)
      return
    }
    harness.send(line: Self.request(file.method, example["params"], id: "1"))
    let lines = harness.takeLines()
    #expect(lines.count == 1)
    let line = try #require(lines.first)
    let answer = try JSONParser().parse(Array(line.utf8)).root
    let given = try #require(answer[name], "\(lines)")
    #expect(Expectation.matches(given, expected), "\(lines)")
  }

  /// Those that cannot fail: `exit` is not answered, whatever it holds.
  private static let unfailing: Set<String> = ["exit"]

  @Test(arguments: Harness.methods)
  func `comes with one that fails, and one that does not`(_ method: String) throws {
    let examples = try ExampleFile.all.filter { $0.method == method }.map { try $0.read() }
    #expect(examples.contains { $0["error"] == nil })
    #expect(examples.contains { $0["error"] != nil } || Self.unfailing.contains(method))
  }

  private static func request(_ method: String, _ params: JSONValue?, id: String?) -> String {
    let id = id.map { "\"id\":\($0)," } ?? ""
    let params = params.map { ",\"params\":" + text($0.rawBytes.filter { $0 != 0x0A }) } ?? ""
    return "{\"jsonrpc\":\"2.0\",\(id)\"method\":\"\(method)\"\(params)}"
  }
}
