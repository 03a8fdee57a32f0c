import Testing

@testable import Trimming

@Suite struct `A phrase book` {
  private static let file = """
    # Our old bot.
    opener:
    ahoy friend|sailor
    <sure> , captain *4

    closer:
      fair {nice}? winds to you *
    """

  @Test(arguments: [
    ("Ahoy sailor! Rain falls.", "Rain falls."),
    ("Of course, captain of the ship. Rain falls.", "Rain falls."),
    ("Rain falls.\n\nFair winds to you, and good seas!", "Rain falls."),
    ("Rain falls. Fair good winds to you", "Rain falls."),
    ("Sure! Rain falls. I hope this helps!", "Rain falls."),
    ("Ahoy captain! Rain falls.", "Ahoy captain! Rain falls."),
    ("Fair winds to you. Rain falls.", "Fair winds to you. Rain falls."),
  ])
  func `of a user is used beside the built-in one`(_ text: String, _ trimmed: String) throws {
    let book = try PhraseBook.parse(Array(Self.file.utf8))
    let bytes = Array(text.utf8)
    let request: [UInt8] = []
    let edits = Trimmer(level: .standard, phrases: book).edits(
      of: bytes.span, role: .assistant, request: request.span)
    #expect(Trimmer.applying(edits, to: bytes.span) == Array(trimmed.utf8))
  }

  @Test(arguments: [
    ("hello there", "line 1: a pattern before the first \"opener:\" or \"closer:\""),
    ("# x\n\ncloser:\n* winds", "line 4: a pattern begins with a word"),
    ("opener:\nahoy?", "line 2: a pattern begins with a word"),
    ("opener:\r\nahoy\r\n{rope}", "line 3: no class or slot {rope}"),
    ("opener:\nahoy <rope>", "line 2: no class or slot <rope>"),
    ("opener:\nahoy *0", "line 2: \"*0\" is no word, class, slot or gap"),
    (
      "opener:\nahoy *99999999999999999999",
      "line 2: \"*99999999999999999999\" is no word, class, slot or gap"
    ),
    ("opener:\nahoy there!", "line 2: \"there!\" is no word, class, slot or gap"),
    ("opener:\nahoy a||b", "line 2: \"\" is no word, class, slot or gap"),
    ("opener:\n" + String(repeating: "a ", count: 65), "line 2: a pattern has at most 64 elements"),
    ("opener:\n" + String(repeating: "a\n", count: 10_001), "line 10002: more than 10000 patterns"),
  ])
  func `names the line of what is wrong`(_ source: String, _ message: String) {
    #expect { try PhraseBook.parse(Array(source.utf8)) } throws: { "\($0)" == message }
  }

  @Test func `names the line of what is no UTF-8`() {
    #expect(throws: PhraseError(line: 3, reason: .encoding)) {
      try PhraseBook.parse(Array("opener:\nahoy\na".utf8) + [0xFF, 0x0A])
    }
  }

  @Test func `may be empty`() throws {
    #expect(try PhraseBook.parse([]).openers.entries.isEmpty)
  }

  @Test func `has only patterns that begin with a word`() {
    for table in [PhraseBook.shared.openers, PhraseBook.shared.closers] {
      for entry in table.entries { #expect(!entry.pattern.firstWords.isEmpty) }
    }
  }

  @Test(arguments: 1...20)
  func `matches as its plain twin does`(_ seed: Int) throws {
    var random = SplitMix(seed: UInt64(seed))
    for _ in 0..<300 {
      let source = "a" + random.row(of: ["a", "b", "a|b", "b?", "*", "*2", "~", "~1", ",?"], 6)
      let sentence = "a" + random.row(of: ["a", "b", ","], 8)
      let pattern = try PhrasePattern(source[...], [])
      let words = sentence.split(separator: " ").map { WordHash.of($0) }
      #expect(
        pattern.matches(words) == matches(pattern.elements[...], words[...]),
        "\(source) on \(sentence)")
    }
  }

  @Test func `takes a sentence of many gaps in its stride`() throws {
    let source = "a" + String(repeating: " *", count: 63)
    let words = [UInt64](repeating: WordHash.of("a"), count: SentenceWords.maximum)
    #expect(try PhrasePattern(source[...], []).matches(words))
  }
}

/// The same by going back: exponential, and plain to see.
private func matches(
  _ elements: ArraySlice<PhrasePattern.Element>, _ words: ArraySlice<UInt64>
) -> Bool {
  guard let element = elements.first else { return words.isEmpty }
  let rest = elements.dropFirst()
  switch element {
  case .word(let choices, let isOptional):
    if let word = words.first, choices.contains(word), matches(rest, words.dropFirst()) {
      return true
    }
    return isOptional && matches(rest, words)
  case .gap(let most, let hasCommas):
    for count in 0...min(most, words.count) {
      if !hasCommas && words.prefix(count).contains(WordHash.comma) { break }
      if matches(rest, words.dropFirst(count)) { return true }
    }
    return false
  case .slot(let rows, let isOptional):
    return rows.contains { matches($0[...] + rest, words) } || (isOptional && matches(rest, words))
  }
}

extension SplitMix {
  fileprivate mutating func row(of parts: [String], _ most: Int) -> String {
    var row = ""
    for _ in 0..<below(most) { row += " " + parts[below(parts.count)] }
    return row
  }
}
