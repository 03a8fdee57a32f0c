import JSON
import Serving
import Testing

@testable import EditorService

@Suite struct `Text and positions` {
  /// What an edit makes of a text; positions in UTF-16.
  private static func edited(_ text: String, _ range: TextRange, _ new: String) -> [String] {
    let document = Document(uri: "file:///a.jsonl", isArray: false, version: 1, isOpen: true)
    document.records.replace(0..<0, with: document.makeLines(Array(text.utf8)))
    let (lines, records) = document.plan(range, Array(new.utf8), .utf16)
    document.records.replace(lines, with: records)
    document.records.checkInvariants()
    return document.records.chunks.flatMap(\.records).map {
      String(decoding: $0.bytes, as: UTF8.self)
    }
  }

  private static func range(_ a: (Int, Int), _ b: (Int, Int)) -> TextRange {
    TextRange(Position(line: a.0, column: a.1), Position(line: b.0, column: b.1))
  }

  @Test(
    arguments: [
      // text, from, to, new text, lines afterwards
      ("", (0, 0), (0, 0), "a\nb", ["a\n", "b"]),
      ("ab\ncd", (0, 1), (1, 1), "", ["ad"]),
      ("ab\ncd\n", (0, 2), (0, 2), "x", ["abx\n", "cd\n", ""]),
      // Beyond the line and beyond the file: clamped.
      ("ab\ncd\n", (0, 99), (0, 99), "x", ["abx\n", "cd\n", ""]),
      ("ab\ncd", (9, 9), (9, 9), "x", ["ab\n", "cdx"]),
      // From back to front.
      ("ab\ncd", (1, 1), (0, 1), "", ["ad"]),
      // Ends of lines that come together, and come apart.
      ("a\rb", (1, 0), (1, 0), "\n", ["a\r\n", "b"]),
      ("a\r\nb", (0, 1), (1, 0), "\r", ["a\r", "b"]),
      ("a\nb", (0, 1), (0, 1), "\r", ["a\r\n", "b"]),
      ("a\r\nb", (0, 0), (1, 1), "", [""]),
      ("a\r\rb", (2, 0), (2, 1), "", ["a\r", "\r", ""]),
      // Units of UTF-16: an emoji has two.
      ("😀é|", (0, 2), (0, 3), "e", ["😀e|"]),
      ("😀|", (0, 1), (0, 1), "x", ["x😀|"]),
      ("a\n\nb", (1, 0), (2, 0), "", ["a\n", "b"]),
    ] as [(String, (Int, Int), (Int, Int), String, [String])])
  func `an edit gives these lines`(
    _ text: String, _ from: (Int, Int), _ to: (Int, Int), _ new: String, _ lines: [String]
  ) {
    #expect(Self.edited(text, Self.range(from, to), new) == lines)
  }

  @Test(arguments: [
    (#"a\nb"#, 1..<2, 1..<3), (#"\u00e9x"#, 0..<2, 0..<6), (#"\ud83d\ude00!"#, 4..<5, 12..<13),
    (#"\"q\""#, 1..<2, 2..<3), ("plain", 0..<5, 0..<5), (#"é\té"#, 2..<3, 2..<4),
  ])
  func `a stretch of a text has its place among the escapes`(
    _ body: String, _ text: Range<Int>, _ place: Range<Int>
  ) {
    #expect(JSONString.places(of: [text], in: Array(body.utf8)[...]) == [place])
  }

  @Test func `half of a surrogate pair is one unit`() {
    let text = JSONString.text(of: Array(#"a\ud800b"#.utf8)[...])
    #expect(String(decoding: text, as: UTF8.self) == "a\u{FFFD}b")
  }

  @Test(arguments: ["/a b/ü%.jsonl", "/plain.jsonl", "/#?&=[].jsonl"])
  func `a path comes back from its URI`(_ path: String) {
    #expect(FileURI.path(of: FileURI.uri(of: path)) == path)
  }
}

@Suite struct `A document` {
  private static let uri = "file:///a.jsonl"

  @Test func `with a mark, Windows' ends, blank lines and no last end has its records`() throws {
    let editor = try Editor()
    let row = "{\"text\": \"one two three four five six\"}"
    editor.open(Self.uri, "\u{FEFF}\(row)\r\n\r\n  \n{\r\n\(row)")
    #expect(editor.findings(Self.uri) == ["3 invalid_json", "4 exact_duplicate"])
  }

  @Test func `shows the worst and says how many more there are`() throws {
    let editor = try Editor()
    let lines = (0..<600).map { "{\"text\": \($0)}" } + ["{"]
    editor.open(Self.uri, lines.joined(separator: "\n"))
    let findings = editor.findings(Self.uri)
    #expect(findings.count == 501)
    #expect(findings.first == "600 invalid_json")
    #expect(findings.last == "0 more")
    #expect(editor.published[Self.uri]?.contains("101 more, the worst are shown") == true)
  }

  @Test func `that is an array has its elements for records`() throws {
    let editor = try Editor()
    let uri = "file:///a.json"
    let row = "{\"text\": \"one two three four five six\"}"
    editor.open(uri, "[\n  \(row),\n  {\"txt\": 1}, \(row)\n]\n", language: "json")
    #expect(editor.findings(uri) == ["2 not_an_example", "2 exact_duplicate"])
    editor.change(uri, [Editor.edit((1, 0), (2, 0), "")])
    #expect(editor.findings(uri) == ["1 not_an_example"])
    editor.change(uri, [Editor.edit((0, 0), (0, 1), "")])
    #expect(editor.findings(uri).isEmpty)
    let removal = try editor.call(
      "workspace/executeCommand", "{\"command\": \"thresher.summary\", \"arguments\": [\"\(uri)\"]}"
    )
    #expect(removal["records"]?.integer == 0)
  }

  @Test func `loses an element with its comma`() throws {
    let editor = try Editor()
    let uri = "file:///a.json"
    let row = "{\"text\": \"one two three four five six\"}"
    editor.open(uri, "[\(row), \(row)]", language: "json")
    let edit = try editor.call(
      "workspace/executeCommand",
      "{\"command\": \"thresher.removeDuplicates\", \"arguments\": [\"\(uri)\"]}")
    let range = edit["documentChanges"]?.elements.map { $0 }.first?["edits"]?.elements.map { $0 }
      .first?["range"]
    #expect(TextRange(range)?.start == Position(line: 0, column: 1 + row.utf8.count))
    #expect(TextRange(range)?.end == Position(line: 0, column: 3 + 2 * row.utf8.count))
  }

  @Test func `is judged by settings and severities that change`() throws {
    let editor = try Editor(options: "{\"severities\": {\"fluff\": \"off\"}}")
    let row =
      "{\"instruction\": \"Name a river.\", \"output\": \"Sure! The Nile is a long river.\"}"
    editor.open(Self.uri, "\(row)\n{\n")
    #expect(!editor.findings(Self.uri).contains("0 fluff"))
    editor.notify(
      "workspace/didChangeConfiguration",
      """
      {"settings": {"thresher": {"severities": {"invalid_json": "hint", "fluff": "warning"},
       "settings": {"score": {"minimum": 10}}}}}
      """)
    #expect(editor.findings(Self.uri).contains("0 fluff"))
    #expect(editor.findings(Self.uri).contains("0 low_score"))
    #expect(
      editor.published[Self.uri]?.contains("\"severity\":4,\"code\":\"invalid_json\"") == true)
    editor.notify("workspace/didChangeConfiguration", "{\"settings\": {}}")
    #expect(!editor.findings(Self.uri).contains("0 fluff"))
  }

  @Test func `says what cannot be used of the options`() throws {
    let editor = try Editor(
      options: "{\"settings\": {\"nearr\": 1}, \"severities\": {\"x\": \"off\"}, \"corpus\": \"a\"}"
    )
    let said = editor.messages.compactMap { try? $0["params"]?["message"]?.string() }
    #expect(said.contains { $0.contains("nearr") })
    #expect(said.contains { $0.contains("\"x\"") })
    #expect(said.contains { $0.contains("no corpus") })
  }

  @Test func `is published once for many changes that wait, in the newest version`() throws {
    let editor = try Editor()
    editor.open(Self.uri, "{\n")
    for version in 2...20 {
      editor.conversation.take(
        "textDocument/didChange",
        Editor.json(
          """
          {"textDocument": {"uri": "\(Self.uri)", "version": \(version)},
           "contentChanges": [{"text": "{\(version)\\n"}]}
          """))
    }
    editor.settle()
    #expect(editor.publishedVersions == [1, 20])
  }
}
