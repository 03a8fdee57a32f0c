import Curation
import EditorService
import JSON
import JSONRPC
import Serving
import Testing

/// An editor on a language server without a process: what is sent is served at once, jobs included.
final class Editor {
  static let capabilities = """
    {"general": {"positionEncodings": ["utf-8"]},
     "workspace": {"workspaceEdit": {"documentChanges": true}},
     "textDocument": {
      "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
      "publishDiagnostics": {
       "relatedInformation": true, "versionSupport": true, "tagSupport": {"valueSet": [1]}}}}
    """

  let conversation: any Conversation
  /// The newest diagnostics of each document, as they were sent.
  private(set) var published: [String: String] = [:]
  private(set) var publishedVersions: [Int] = []
  private(set) var messages: [JSONValue] = []
  private var versions: [String: Int] = [:]
  /// Jobs wait until `settle`.
  var holdsJobs = false
  private var held: [(number: Int, job: Job)] = []

  init(
    capabilities: String = Editor.capabilities, options: String = "null",
    files: (any FileReading)? = nil, folders: (any FolderReading)? = nil,
    rootURI: String = "null", corpus: @escaping (String) -> (any CorpusLookup)? = { _ in nil }
  ) throws {
    let service = EditorService(
      identity: ServerIdentity(name: "thresher", version: "0", build: "test"), limits: Limits(),
      files: files, folders: folders, corpus: corpus)
    let params = try JSONParser().parse(
      Array(
        """
        {"processId": null, "rootUri": \(rootURI), "capabilities": \(capabilities),
         "initializationOptions": \(options)}
        """.utf8))
    conversation = try service.begin(.unix, params.root).0
    notify("initialized", "{}")
  }

  static func json(_ text: String) -> JSONValue {
    do {
      return try JSONParser().parse(Array(text.utf8)).root
    } catch {
      preconditionFailure("\(error) in \(text)")
    }
  }

  static func quoted(_ text: String) -> String {
    var writer = JSONWriter()
    writer.string(text)
    return String(decoding: writer.take(), as: UTF8.self)
  }

  // MARK: Talking

  func notify(_ method: String, _ params: String) {
    conversation.take(method, Self.json(params))
    settle()
  }

  func call(_ method: String, _ params: String) throws -> JSONValue {
    let id = RequestID(raw: Array("1".utf8))
    guard var work = try conversation.serve(method, Self.json(params), id: id) else {
      return Self.json("\"later\"")
    }
    var writer = JSONWriter()
    var budget = 1_000
    while try !work.advance(budget: &budget, &writer) {}
    settle()
    return Self.json(String(decoding: writer.take(), as: UTF8.self))
  }

  /// Runs jobs and takes messages until there are none.
  func settle() {
    while true {
      let taken = conversation.takeJobs()
      held += taken
      if !holdsJobs {
        let jobs = held
        held = []
        for (number, job) in jobs { conversation.finish(number, job.run()) }
      }
      var budget = 100
      if conversation.hasWork { conversation.work(budget: &budget) }
      let sent = conversation.takeMessages()
      for bytes in sent { take(bytes) }
      if sent.isEmpty, taken.isEmpty { return }
    }
  }

  var isHolding: Bool { !held.isEmpty }

  /// Does one of the jobs that are held.
  func finishOneJob() {
    guard !held.isEmpty else { return }
    let (number, job) = held.removeFirst()
    conversation.finish(number, job.run())
    settle()
  }

  private func take(_ bytes: [UInt8]) {
    let message = Self.json(String(decoding: bytes, as: UTF8.self))
    messages.append(message)
    guard (try? message["method"]?.string()) == "textDocument/publishDiagnostics",
      let params = message["params"], let uri = try? params["uri"]?.string(),
      let diagnostics = params["diagnostics"]
    else { return }
    published[uri] = diagnostics.rawText
    if let version = params["version"]?.integer { publishedVersions.append(version) }
  }

  // MARK: Documents

  func open(_ uri: String, _ text: String, language: String = "jsonl") {
    versions[uri] = 1
    notify(
      "textDocument/didOpen",
      """
      {"textDocument": {"uri": "\(uri)", "languageId": "\(language)", "version": 1,
       "text": \(Self.quoted(text))}}
      """)
  }

  func change(_ uri: String, _ changes: [String]) {
    versions[uri, default: 1] += 1
    notify(
      "textDocument/didChange",
      """
      {"textDocument": {"uri": "\(uri)", "version": \(versions[uri] ?? 1)},
       "contentChanges": [\(changes.joined(separator: ","))]}
      """)
  }

  static func edit(_ start: (Int, Int), _ end: (Int, Int), _ text: String) -> String {
    """
    {"range": {"start": {"line": \(start.0), "character": \(start.1)},
     "end": {"line": \(end.0), "character": \(end.1)}}, "text": \(quoted(text))}
    """
  }

  func close(_ uri: String) {
    notify("textDocument/didClose", "{\"textDocument\": {\"uri\": \"\(uri)\"}}")
  }

  /// The codes of a document's diagnostics with their lines: `1 exact_duplicate`.
  func findings(_ uri: String) -> [String] {
    guard let published = published[uri] else { return [] }
    return Self.json(published).elements.map { diagnostic in
      let line = diagnostic["range"]?["start"]?["line"]?.integer ?? -1
      return "\(line) \((try? diagnostic["code"]?.string()) ?? "?")"
    }
  }
}

/// A generator with a seed (SplitMix64).
struct Random: RandomNumberGenerator {
  var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
