import CorpusService
import Curation
import EditorService
import Foundation
import JSON
import JSONRPC
import Serving
import Testing

// MARK: Files

/// The folder `Protocol` of this repository.
enum ProtocolFolder {
  static let path =
    #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
    + "/Protocol"

  static func text(_ name: String) -> String {
    guard let data = FileManager.default.contents(atPath: "\(path)/\(name)") else {
      Issue.record("Protocol/\(name) is not there")
      return ""
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// The names in a folder that end so, sorted, without their ending.
  static func names(in folder: String, ending: String = "") -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []
    return names.filter { $0.hasSuffix(ending) && !$0.hasPrefix(".") }
      .map { String($0.dropLast(ending.count)) }.sorted()
  }

  static func json(_ name: String) throws -> JSONValue {
    try JSONParser(depthLimit: 1_000).parse(Array(text(name).utf8)).root
  }
}

/// A method and the name of its page and of its folder of examples.
enum MethodName {
  static func page(_ method: String) -> String {
    method == "$/cancelRequest"
      ? "cancel-request" : String(method.map { $0 == "/" ? "-" : $0 })
  }
}

// MARK: The server

/// A server without sockets: events go in, and what it would send is collected.
final class Harness {
  static let token = "secret"
  /// What the session serves itself, besides the routing table.
  static let sessionMethods = ["initialize", "shutdown", "exit", "$/cancelRequest"]

  let server: Server
  private(set) var output: [UInt8] = []
  private(set) var isClosed = false
  private var connection = ConnectionID(0)

  init(limits: Limits = Limits()) {
    let service = CorpusService(limits: limits, files: NoFiles())
    let identity = ServerIdentity(name: "thresher", version: "0", build: "test")
    let editors = EditorService(identity: identity, limits: limits)
    server = Server(
      identity: identity, limits: limits,
      token: Self.token, routes: service.routes,
      status: { writer in
        service.writeStatus(to: &writer)
        // What the daemon adds; transcripts do not look at the values.
        writer.key("memory")
        writer.object { _ in }
        writer.key("workers")
        writer.integer(1)
        writer.key("loop")
        writer.object { _ in }
      }, makeConversation: editors.begin, now: 0)
  }

  static var methods: [String] { (Harness().server.methods + sessionMethods).sorted() }

  /// Begins another connection, and forgets what the one before it was sent.
  func connect(_ peer: Peer = .unix) {
    connection = ConnectionID(connection.number + 1)
    output = []
    isClosed = false
    handle(.connected(connection, peer))
  }

  func send(_ bytes: some Sequence<UInt8>) {
    guard !isClosed else { return }
    let event = Array(bytes)
    event.withUnsafeBytes { handle(.received(connection, $0)) }
  }

  func send(line: String) { send(Array(line.utf8) + [0x0A]) }

  func end() {
    if !isClosed { handle(.ended(connection)) }
  }

  func takeOutput() -> [UInt8] {
    defer { output = [] }
    return output
  }

  /// The lines that came since the last call.
  func takeLines() -> [String] {
    takeOutput().split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
  }

  private func handle(_ event: Event) {
    var events = [event]
    while let event = events.popLast() {
      for effect in server.handle(event, at: 0) {
        switch effect {
        case .send(connection, let bytes): output += bytes
        case .close(connection, _):
          isClosed = true
          events.append(.closed(connection))
        case .wake: events.append(.turn)
        default: break
        }
      }
    }
  }
}

// MARK: Comparing

/// JSON that an answer must be equal to, byte for byte; the string `"<any>"` stands for any value.
struct Expectation: Sendable {
  static let wildcard = "<any>"

  let text: String
  private let value: JSONValue?

  init(_ text: String) {
    self.text = text
    let hasWildcard = text.contains(Self.wildcard)
    value = hasWildcard ? try? JSONParser().parse(Array(text.utf8)).root : nil
  }

  func isMet(by answer: ArraySlice<UInt8>) -> Bool {
    guard let value else { return answer.elementsEqual(text.utf8) }
    guard let answer = try? JSONParser().parse(Array(answer)).root else { return false }
    return Self.matches(answer, value)
  }

  /// Whether two values are the same but for spaces and escapes.
  static func matches(_ answer: JSONValue, _ expected: JSONValue) -> Bool {
    if expected.kind == .string, (try? expected.string()) == wildcard { return true }
    guard answer.kind == expected.kind else { return false }
    switch expected.kind {
    case .null, .true, .false: return true
    case .number: return answer.rawBytes.elementsEqual(expected.rawBytes)
    case .string: return (try? answer.utf8()) == (try? expected.utf8())
    case .array:
      let (answers, expected) = (Array(answer.elements), Array(expected.elements))
      return answers.count == expected.count && zip(answers, expected).allSatisfy(matches)
    case .object:
      let (answers, expected) = (Array(answer.members), Array(expected.members))
      return answers.count == expected.count
        && zip(answers, expected).allSatisfy { $0.name == $1.name && matches($0.value, $1.value) }
    }
  }
}

func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

/// A disk with nothing on it.
private struct NoFiles: FileReading {
  func stamp(of path: String) -> String? { nil }
  func read(
    _ path: String, bytesMaximum: Int
  ) throws(FileProblem) -> (bytes: [UInt8], digest: FileDigest) {
    throw FileProblem("No such file or directory")
  }
}
