import Curation
import Glibc
import Indexing
import JSON
import Testing

@testable import CorpusStore

/// A state directory of a test's own, gone with it.
final class TemporaryState {
  let path: String
  let directory: StateDirectory
  var bounds = CorpusFile.LogBounds()

  init(calls: FileCalls = FileCalls()) throws {
    var template = Array("/tmp/thresher-state-XXXXXX".utf8CString)
    path = try String(cString: #require(mkdtemp(&template)))
    directory = try StateDirectory(path, calls: calls)
  }

  deinit {
    for name in (try? directory.calls.names(in: path)) ?? [] { unlink("\(path)/\(name)") }
    rmdir(path)
  }

  func create(_ name: String, _ settings: Settings = Settings()) throws -> CorpusFile {
    try CorpusFile.create(name, settings, in: directory, .normal, version: "test")
  }

  func open(_ name: String) throws -> CorpusFile {
    try CorpusFile.open(name, in: directory, .normal, bounds)
  }

  func load(_ file: CorpusFile, threads: Int = 2) throws -> Corpus {
    try CorpusLoader.load(file, NoFiles(), threads: threads)
  }
}

struct NoFiles: FileReading {
  func stamp(of path: String) -> String? { nil }
  func read(
    _ path: String, bytesMaximum: Int
  ) throws(FileProblem) -> (bytes: [UInt8], digest: FileDigest) {
    throw FileProblem("No such file or directory")
  }
}

/// A corpus with what makes examples ready for it.
final class Curated {
  let corpus: Corpus
  private var curator: Curator
  private let decoder = ExampleDecoder(fields: nil, idBytesMaximum: 4_096)

  init(_ corpus: Corpus) {
    self.corpus = corpus
    curator = Curator(settings: corpus.settings, looksForReferences: corpus.hasReferences)
  }

  /// Everything that was decided, as text.
  func admit(_ json: String) throws -> String {
    let value = try JSONParser().parse(Array(json.utf8)).root
    var options = Corpus.Options()
    options.replaces = true
    let prepared = curator.prepare(
      try decoder.decode(value, givenID: try decoder.id(of: value)), .full)
    let outcome = try corpus.admit(prepared, options)
    func text(_ id: ExampleID?) -> String {
      var writer = JSONWriter()
      id?.write(to: &writer)
      return String(decoding: writer.take(), as: UTF8.self)
    }
    let decision = outcome.decision
    let contamination = outcome.contamination.map { "\($0.set) \($0.containment) \($0.field)" }
    return """
      \(text(outcome.id)) \(decision.reasons.names) \(decision.duplicate?.kind.rawValue ?? "-") \
      \(text(outcome.original)) \(decision.duplicate?.similarity ?? 0) \
      \(decision.diversity ?? -1) \(contamination ?? "-")
      """
  }

  func addReferences(_ texts: [String]) throws {
    var reader = ReferenceReader(idBytesMaximum: 100)
    var probe = ReferenceProbe()
    for (index, text) in texts.enumerated() {
      let value = try JSONParser().parse(Array(#"{"text": "\#(text)"}"#.utf8)).root
      for field in try reader.fields(of: value, place: index + 1) where field.isUsable {
        corpus.noteReference(field)
        corpus.addReference(field, of: "set", &probe)
      }
    }
    curator = Curator(settings: corpus.settings, looksForReferences: true)
  }
}

/// Rows that resemble each other, the same for the same seed.
struct Random {
  private var state: UInt64
  private var lastID = 0
  /// Examples with the id that was given to them, the last of each.
  private(set) var given: [String] = []

  init(seed: UInt64) { state = seed }

  private mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }

  mutating func words(_ count: Int, of vocabulary: Int) -> [String] {
    (0..<count).map { _ in "w\(next(vocabulary))" }
  }

  /// One of some templates with some words changed; now and then one that was there, or without an id.
  mutating func example() -> String {
    if !given.isEmpty, next(10) == 0 { return given[next(given.count)] }
    let template = next(12)
    var text = (0..<30).map { "t\(template)x\($0)" }
    for _ in 0..<next(6) { text[next(30)] = "w\(next(50))" }
    if next(9) == 0 { text += ["one", "two", "three", "four", "five", "six"] }
    if next(15) == 0 { text = [] }
    let joined = text.joined(separator: " ")
    if next(4) == 0 { return #"{"instruction": "do", "output": "\#(joined)"}"# }
    // Some take the name of an earlier one.
    var id = lastID
    if next(12) != 0 || lastID == 0 {
      lastID += 1
      id = lastID
    }
    let example = #"{"id": "e\#(id)", "instruction": "do", "output": "\#(joined)"}"#
    given.removeAll { $0.hasPrefix(#"{"id": "e\#(id)","#) }
    given.append(example)
    return example
  }

  mutating func longExample() -> String {
    #"{"text": "\#(words(200, of: 1_000_000).joined(separator: " "))"}"#
  }

  mutating func knownID() -> ExampleID {
    let id = 1 + next(max(1, lastID))
    given.removeAll { $0.hasPrefix(#"{"id": "e\#(id)","#) }
    return ExampleID(string: "e\(id)")
  }
}
