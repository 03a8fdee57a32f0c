import JSON
import Testing

@Suite struct `An edited document` {
  /// Sentences of which many are alike: variations of a few templates.
  private static func record(_ random: inout Random) -> String {
    var words = [
      "the", "river", "flows", "north", "through", "a", "wide", "green", "valley", "where", "old",
      "farms", "stand", "beside", "quiet", "roads", "and", "people", "tell", "long", "stories",
      "about", "floods", "of", "earlier", "years",
    ]
    for _ in 0..<Int.random(in: 0...2, using: &random) {
      let place = Int.random(in: 0..<words.count, using: &random)
      words[place] = ["red", "blue", "tall"].randomElement(using: &random) ?? ""
    }
    if Int.random(in: 0..<4, using: &random) == 0 { words.shuffle(using: &random) }
    let text = words.joined(separator: " ")
    switch Int.random(in: 0..<12, using: &random) {
    case 0: return ""
    case 1: return "{\"text\": \"\(text)"
    case 2: return "{\"txt\": 1}"
    case 3: return "{\"instruction\": \"Tell it.\", \"output\": \"Sure! Here it is: \(text)\"}"
    case 4: return "{\"thresher\": \"ignore\", \"text\": \"\(text)\"}"
    default: return "{\"text\": \"\(text)\"}"
    }
  }

  private static let ends = ["\n", "\n", "\n", "\n", "\r\n", "\r"]

  private static func text(_ count: Int, _ random: inout Random) -> String {
    (0..<count).map { _ in record(&random) + (ends.randomElement(using: &random) ?? "\n") }
      .joined()
  }

  /// A model of the text: bytes, and the positions that LSP gives them.
  struct Model {
    var bytes: [UInt8]

    /// Where each line begins.
    var starts: [Int] {
      var starts = [0]
      var position = 0
      while position < bytes.count {
        let byte = bytes[position]
        position += 1
        if byte == 0x0D, position < bytes.count, bytes[position] == 0x0A { position += 1 }
        if byte == 0x0A || byte == 0x0D { starts.append(position) }
      }
      return starts
    }

    /// A random place that a position can name, as position and byte.
    func place(_ random: inout Random) -> (position: (Int, Int), offset: Int) {
      let starts = starts
      let line = Int.random(in: 0..<starts.count, using: &random)
      var end = line + 1 < starts.count ? starts[line + 1] : bytes.count
      while end > starts[line], bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
      let offset =
        Bool.random(using: &random)
        ? starts[line] : Int.random(in: starts[line]...end, using: &random)
      return ((line, offset - starts[line]), offset)
    }
  }

  @Test(arguments: 1...8)
  func `has the diagnostics of one that is opened afresh`(_ seed: UInt64) throws {
    var random = Random(seed)
    let editor = try Editor()
    let uris = ["file:///a.jsonl", "file:///b.jsonl"]
    var models: [String: Model] = [:]
    for uri in uris.shuffled(using: &random) {
      let text = Self.text(Int.random(in: 1...30, using: &random), &random)
      models[uri] = Model(bytes: Array(text.utf8))
      editor.open(uri, text)
    }
    var undo: [(String, Model)] = []
    for step in 0..<60 {
      let uri = uris.randomElement(using: &random) ?? ""
      guard var model = models[uri] else { continue }
      if Int.random(in: 0..<10, using: &random) == 0, let (uri, before) = undo.popLast() {
        // Undo as a change of the whole text.
        models[uri] = before
        editor.change(
          uri, ["{\"text\": \(Editor.quoted(String(decoding: before.bytes, as: UTF8.self)))}"])
      } else {
        undo.append((uri, model))
        let (first, second) = (model.place(&random), model.place(&random))
        let isShort = Bool.random(using: &random)
        let (low, high) =
          isShort
          ? (first, first)
          : first.offset <= second.offset ? (first, second) : (second, first)
        let text =
          switch Int.random(in: 0..<6, using: &random) {
          case 0: ""
          case 1: "\n"
          case 2: "x"
          case 3: "\r"
          case 4: Self.record(&random)
          default: Self.text(Int.random(in: 1...12, using: &random), &random)
          }
        model.bytes.replaceSubrange(low.offset..<high.offset, with: Array(text.utf8))
        models[uri] = model
        editor.change(uri, [Editor.edit(low.position, high.position, text)])
      }
      guard step % 6 == 5 || step > 50 else { continue }
      let fresh = try Editor()
      for uri in uris.reversed() {
        fresh.open(uri, String(decoding: models[uri]?.bytes ?? [], as: UTF8.self))
      }
      for uri in uris {
        try #require(editor.published[uri] == fresh.published[uri], "\(uri) after step \(step)")
      }
    }
  }

  @Test(arguments: 1...6)
  func `that is an array has the diagnostics of one that is opened afresh`(
    _ seed: UInt64
  ) throws {
    var random = Random(seed)
    let uri = "file:///a.json"
    func element() -> String {
      var text = ""
      while !text.hasSuffix("}") { text = Self.record(&random) }
      return Bool.random(using: &random) ? text : text.replacing(", ", with: ",\n   ")
    }
    let elements = (0..<12).map { _ in element() }
    let separators = [",", ", ", ",\n", ",\r\n  "]
    var text = "[" + elements[0]
    for next in elements.dropFirst() {
      text += (separators.randomElement(using: &random) ?? ",") + next
    }
    var model = Model(bytes: Array((text + "]\n").utf8))
    let editor = try Editor()
    editor.open(uri, text + "]\n", language: "json")
    var quickCount = 0
    for step in 0..<80 {
      let before = model
      let (first, second) = (model.place(&random), model.place(&random))
      let isNear = abs(first.offset - second.offset) < 40
      let (low, high) =
        !isNear
        ? (first, first)
        : first.offset <= second.offset ? (first, second) : (second, first)
      let new =
        ["x", "red ", "", "\"", "é", "\n", ", ", element()].randomElement(using: &random) ?? ""
      model.bytes.replaceSubrange(low.offset..<high.offset, with: Array(new.utf8))
      editor.change(uri, [Editor.edit(low.position, high.position, new)])
      let isArray = (try? JSONParser().parse(model.bytes)) != nil
      if isArray {
        quickCount += 1
        let fresh = try Editor()
        fresh.open(uri, String(decoding: model.bytes, as: UTF8.self), language: "json")
        try #require(editor.published[uri] == fresh.published[uri], "step \(step)")
      } else {
        // Undone, or it would hardly ever be an array.
        model = before
        let whole = Editor.quoted(String(decoding: before.bytes, as: UTF8.self))
        editor.change(uri, ["{\"text\": \(whole)}"])
      }
    }
    #expect(quickCount > 10)
  }

  @Test func `loses an edited original and finds the next one`() throws {
    let editor = try Editor()
    let row = "{\"text\": \"one two three four five six seven\"}\n"
    editor.open("file:///a.jsonl", String(repeating: row, count: 4))
    #expect(
      editor.findings("file:///a.jsonl")
        == ["1 exact_duplicate", "2 exact_duplicate", "3 exact_duplicate"])
    editor.change("file:///a.jsonl", [Editor.edit((0, 0), (1, 0), "")])
    #expect(
      editor.findings("file:///a.jsonl") == ["1 exact_duplicate", "2 exact_duplicate"])
    editor.change("file:///a.jsonl", [Editor.edit((0, 10), (0, 13), "zero one more")])
    #expect(editor.findings("file:///a.jsonl") == ["2 exact_duplicate"])
  }

  @Test func `is told of twins in other files by the order of their names`() throws {
    let editor = try Editor()
    let row = "{\"text\": \"one two three four five six seven\"}\n"
    editor.open("file:///b.jsonl", row)
    #expect(editor.findings("file:///b.jsonl").isEmpty)
    editor.open("file:///a.jsonl", row)
    #expect(editor.findings("file:///a.jsonl").isEmpty)
    #expect(editor.findings("file:///b.jsonl") == ["0 exact_duplicate"])
    editor.close("file:///a.jsonl")
    #expect(editor.findings("file:///b.jsonl").isEmpty)
  }

  @Test func `may be edited while it is read`() throws {
    var random = Random(7)
    let text = Self.text(600, &random)
    let editor = try Editor()
    editor.holdsJobs = true
    editor.open("file:///a.jsonl", text)
    var model = Model(bytes: Array(text.utf8))
    for _ in 0..<20 {
      let place = model.place(&random)
      let line = Self.record(&random) + "\n"
      model.bytes.insert(contentsOf: Array(line.utf8), at: place.offset)
      editor.change("file:///a.jsonl", [Editor.edit(place.position, place.position, line)])
      editor.finishOneJob()
    }
    editor.holdsJobs = false
    editor.settle()
    let fresh = try Editor()
    fresh.open("file:///a.jsonl", String(decoding: model.bytes, as: UTF8.self))
    #expect(editor.published["file:///a.jsonl"] == fresh.published["file:///a.jsonl"])
  }
}
