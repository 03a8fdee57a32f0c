import Shingling

/// A seeded source of random numbers: the same on every machine.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= Mixing.golden
    return Mixing.mixed(state)
  }
}

extension Shingler {
  /// All of one text in one part.
  mutating func shingles(_ text: String) -> ShingledText {
    begin()
    append(text.utf8.span)
    return finish()
  }
}

/// Texts made to hit what normalizing and tokenizing distinguish.
struct RandomText {
  private static let ingredients: [[String]] = [
    [
      "a", "b", "the", "Word", "SHOUT", "x1", "_", "snake_case", "averyveryverylongword", "42",
      "8bytes__",
    ],
    [".", ",", "!", "--", "(", ")", "{", "}", "@", "\u{7F}", "\0", "\u{1C}", "\u{1F}"],
    [
      " ", " ", " ", "  ", "\n", "\t", "\r\n", "\u{B}", "\u{C}", "\u{85}", "\u{A0}", "\u{2028}",
      "\u{3000}",
    ],
    [
      "é", "e\u{301}", "Å", "A\u{30A}", "\u{212B}", "ñ", "ß", "ẞ", "ﬁ", "Ǆ", "İ", "I\u{307}", "ı",
      "Ⱥ",
    ],
    [
      "\u{301}", "\u{323}", "\u{307}\u{323}", "\u{345}", "\u{20DD}", "\u{FE0F}", "\u{3099}",
      "\u{94D}",
    ],
    ["\u{1112}\u{1161}\u{11AB}", "\u{1100}", "\u{1161}", "\u{11A8}", "한글", "가\u{11A8}"],
    ["東京", "タワー", "か\u{3099}", "ﾊﾟ", "豈", "ｱ", "々", "สวัสดี", "ສະບາຍ", "សួស្តី", "မြန်မာ"],
    ["ΟΔΟΣ", "ς", "Привет", "مرحبا", "שָׁלוֹם", "नमस्ते", "क\u{93C}", "\u{958}", "١٢٣", "Ⅷ", "½", "𝟘"],
    [
      "😀", "👨\u{200D}👩\u{200D}👧", "🇫🇷", "👍🏽", "❤\u{FE0F}", "\u{200B}", "\u{FEFF}", "\u{202E}",
      "\u{E000}",
    ],
    [
      "\u{1D15E}", "\u{2F800}", "\u{1E9B}\u{323}", "\u{FB31}", "\u{F73}", "\u{9C7}\u{9BE}",
      "\u{10D50}",
    ],
  ]

  /// Up to `length` ingredients; every third text is ASCII alone.
  static func make(length: Int, using random: inout SplitMix) -> String {
    let kinds = random.next() % 3 == 0 ? 3 : ingredients.count
    var text = ""
    for _ in 0..<Int.random(in: 0...length, using: &random) {
      let kind =
        random.next() % 2 == 0 ? Int(random.next() % 3) : Int(random.next() % UInt64(kinds))
      text += ingredients[kind].randomElement(using: &random) ?? ""
    }
    return text
  }
}
