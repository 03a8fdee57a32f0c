import Curation
import EditorService
import JSON
import JSONRPC
import Serving
import Shingling
import Testing

/// Files that tests change between reads.
private final class Files: FileReading, FolderReading, @unchecked Sendable {
  // Safe: the tests' editor runs jobs on the test's own thread.
  var texts: [String: String] = [:]

  init(_ texts: [String: String]) { self.texts = texts }

  func stamp(of path: String) -> String? { texts[path].map { "\($0.utf8.count)" } }

  func read(
    _ path: String, bytesMaximum: Int
  ) throws(FileProblem) -> (bytes: [UInt8], digest: FileDigest) {
    guard let text = texts[path] else { throw FileProblem("not there") }
    return (
      Array(text.utf8), FileDigest(bytes: [UInt8](repeating: 0, count: FileDigest.byteCount))
    )
  }

  func files(below folder: String, ending suffix: String) -> [String] {
    texts.keys.filter { $0.hasPrefix(folder + "/") && $0.hasSuffix(suffix) }.sorted()
  }
}

/// A corpus that knows one text.
private final class Lookup: CorpusLookup {
  var settings: Settings {
    var settings = Settings()
    settings.minimumScore = 950
    return settings
  }
  var hasReferences: Bool { false }

  func closest(to prepared: Prepared) -> (id: ExampleID, similarity: Int)? {
    prepared.text.tokenCount == 6 ? (ExampleID(sequence: 7), 9_132) : nil
  }

  func contamination(of prepared: Prepared) -> Contamination? { nil }
}

@Suite struct `A workspace` {
  private static let row = "{\"text\": \"one two three four five six\"}\n"

  @Test func `is read when that is asked for, and open files shadow those on the disk`() throws {
    let files = Files(["/w/a.jsonl": Self.row, "/w/b.jsonl": Self.row, "/w/c.txt": Self.row])
    let editor = try Editor(
      options: "{\"workspace\": true}", files: files, folders: files, rootURI: "\"file:///w\"")
    #expect(editor.findings("file:///w/a.jsonl").isEmpty)
    #expect(editor.findings("file:///w/b.jsonl") == ["0 exact_duplicate"])
    editor.open("file:///w/a.jsonl", "{\"text\": \"other\"}\n")
    #expect(editor.findings("file:///w/b.jsonl").isEmpty)
    editor.close("file:///w/a.jsonl")
    #expect(editor.findings("file:///w/b.jsonl") == ["0 exact_duplicate"])
    files.texts["/w/a.jsonl"] = nil
    editor.notify(
      "workspace/didChangeWatchedFiles",
      "{\"changes\": [{\"uri\": \"file:///w/a.jsonl\", \"type\": 3}]}")
    #expect(editor.findings("file:///w/b.jsonl").isEmpty)
  }

  @Test func `is not read unasked`() throws {
    let files = Files(["/w/a.jsonl": "{"])
    let editor = try Editor(files: files, folders: files, rootURI: "\"file:///w\"")
    #expect(editor.published.isEmpty)
  }

  @Test func `has references that must not occur in it`() throws {
    let item = "{\"text\": \"what is the deepest lake of the whole world today\"}\n"
    let files = Files(["/e/quiz.jsonl": item])
    let editor = try Editor(options: "{\"references\": [\"/e/quiz.jsonl\"]}", files: files)
    editor.open("file:///a.jsonl", item + Self.row)
    #expect(editor.findings("file:///a.jsonl") == ["0 contaminated"])
    #expect(editor.published["file:///a.jsonl"]?.contains("quiz.jsonl") == true)
  }

  @Test func `of a corpus says what that has already, and judges as it does`() throws {
    let editor = try Editor(options: "{\"corpus\": \"tea\"}") { $0 == "tea" ? Lookup() : nil }
    let scored = "{\"instruction\": \"Name a river.\", \"output\": \"The Nile is a river.\"}\n"
    editor.open("file:///a.jsonl", Self.row + scored)
    let findings = editor.findings("file:///a.jsonl")
    #expect(findings == ["1 low_score", "0 already_in_corpus"])
    #expect(
      editor.published["file:///a.jsonl"]?.contains("corpus tea: \\\"#7\\\" (similarity 0.9132)")
        == true)
  }
}

@Suite struct `A pull` {
  @Test func `of an empty workspace is answered`() throws {
    let files = Files([:])
    let editor = try Editor(
      options: "{\"workspace\": true}", files: files, folders: files, rootURI: "\"file:///w\"")
    let report = try editor.call("workspace/diagnostic", "{\"previousResultIds\": []}")
    #expect(report["items"]?.kind == .array)
  }

  @Test func `waits until the document is read, and is answered when it is closed`() throws {
    let editor = try Editor()
    let rows = (0..<300).map { "{\"text\": \"row \($0)\"}\n" }.joined()
    editor.holdsJobs = true
    for (uri, ends) in [("file:///a.jsonl", true), ("file:///b.jsonl", false)] {
      editor.open(uri, rows)
      let later = try editor.call(
        "textDocument/diagnostic", "{\"textDocument\": {\"uri\": \"\(uri)\"}}")
      #expect(later.rawText == "\"later\"")
      let answers = { editor.messages.filter { $0["result"] != nil }.count }
      let before = answers()
      if ends {
        while editor.messages.last?["result"] == nil, editor.isHolding { editor.finishOneJob() }
      } else {
        editor.close(uri)
      }
      #expect(answers() == before + 1)
    }
  }
}
