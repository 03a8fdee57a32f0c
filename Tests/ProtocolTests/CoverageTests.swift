import Curation
import JSON
import JSONRPC
import Serving
import Testing
import Trimming

/// What the folder must hold for every method, kind of error and limit; and nothing for others.
@Suite struct `The folder Protocol` {
  static let requests: Set<String> = {
    var found: Set<String> = []
    for sent in Transcript.all.flatMap(\.conversations).flatMap(\.steps).map(\.sent) {
      let sent = text(sent)
      for method in Harness.methods where sent.contains("\"method\":\"\(method)\"") {
        found.insert(method)
      }
    }
    return found
  }()

  @Test(arguments: Harness.methods)
  func `has for every method a page, an entry, an example and a transcript`(
    _ method: String
  ) throws {
    let page = MethodName.page(method)
    #expect(ProtocolFolder.names(in: "methods", ending: ".md").contains(page))
    #expect(ProtocolFolder.text("methods/\(page).md").hasPrefix("# \(method)\n"))
    #expect(!Transcript.ofPages.filter { $0.name == "methods/\(page)" }.isEmpty)
    #expect(try Self.described().contains(method))
    #expect(!ProtocolFolder.names(in: "examples/\(page)", ending: ".json").isEmpty)
    #expect(Self.requests.contains(method))
    #expect(ProtocolFolder.text("README.md").contains("(methods/\(page).md)"))
  }

  @Test func `has no page, entry or example for a method that is not there`() throws {
    let pages = Set(Harness.methods.map(MethodName.page))
    #expect(Set(ProtocolFolder.names(in: "methods", ending: ".md")) == pages)
    #expect(Set(ProtocolFolder.names(in: "examples")).subtracting(["README.md"]) == pages)
    #expect(try Set(Self.described()) == Set(Harness.methods))
  }

  @Test func `tells the methods in initialize that take requests`() throws {
    let harness = Harness()
    harness.connect()
    harness.send(line: #"{"jsonrpc":"2.0","id":1,"method":"initialize"}"#)
    let answer = try JSONParser().parse(harness.takeOutput()).root
    let place = try #require(JSONPointer("/result/capabilities/methods"))
    let methods = try #require(answer.value(at: place)).elements.map { try $0.string() }
    #expect(Set(methods) == Set(Harness.methods).subtracting(["exit", "$/cancelRequest"]))
  }

  @Test(arguments: RPCError.Kind.allCases)
  func `explains every kind of error with its code`(_ kind: RPCError.Kind) throws {
    #expect(ProtocolFolder.text("errors.md").contains("| \(kind.code) | `\(kind.rawValue)` |"))
    let place = try #require(
      JSONPointer("/components/schemas/Error/properties/data/properties/kind/enum"))
    let kinds = try #require(try ProtocolFolder.json("openrpc.json").value(at: place))
    #expect(kinds.elements.contains { (try? $0.string()) == kind.rawValue })
  }

  /// A fault of the server's, and a disk that is full or spoilt, are nothing that a transcript can provoke.
  private static let unprovoked: Set<RPCError.Kind> = [
    .internalError, .storageFull, .storageFailed, .stateDamaged, .stateIncompatible,
  ]

  @Test(arguments: RPCError.Kind.allCases.filter { !unprovoked.contains($0) })
  func `shows every kind of error in a transcript`(_ kind: RPCError.Kind) {
    let answers = Transcript.all.flatMap(\.conversations).flatMap(\.answers)
    let wanted = "\"code\":\(kind.code),"
    #expect(
      answers.contains {
        $0.expectation.text.contains("\"kind\":\"\(kind.rawValue)\"")
          && $0.expectation.text.contains(wanted)
      })
  }

  @Test(arguments: Limits().announced.map { "\($0.name)" })
  func `names every limit in the README`(_ name: String) throws {
    let limit = try #require(Limits().announced.first { "\($0.name)" == name })
    let readme = ProtocolFolder.text("README.md")
    #expect(readme.contains("| `\(name)` | \(Self.grouped(limit.value)) |"))
  }

  @Test(arguments: Reasons.names.map(\.name))
  func `names every reason in the README`(_ reason: String) {
    #expect(ProtocolFolder.text("README.md").contains("`\(reason)`"))
  }

  @Test(arguments: EditKind.allCases)
  func `names every kind of edit in the README`(_ kind: EditKind) {
    #expect(ProtocolFolder.text("README.md").contains("`\(kind.rawValue)`"))
  }

  private static func described() throws -> [String] {
    let methods = try #require(try ProtocolFolder.json("openrpc.json")["methods"])
    return try methods.elements.map { method in
      let name = try method["name"]?.string()
      return try #require(name)
    }
  }

  /// 1234567 as `1,234,567`.
  private static func grouped(_ value: Int) -> String {
    var text = ""
    for (index, digit) in String(value).reversed().enumerated() {
      if index > 0, index % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }
}
