/// Questions about single bytes and short runs of UTF-8. All of them look at a bounded number of
/// bytes, or at the run they name.
enum TextBytes {
  static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }

  static func isWhite(_ byte: UInt8) -> Bool {
    isBlank(byte) || byte == UInt8(ascii: "\n")
  }

  static func isLower(_ byte: UInt8) -> Bool { byte >= 0x61 && byte <= 0x7A }

  /// A letter or digit of ASCII, or any byte beyond ASCII.
  static func isSubstance(_ byte: UInt8) -> Bool { WordHash.isWordByte(byte) }

  static func mark(_ byte: UInt8) -> SentenceEnds {
    switch byte {
    case UInt8(ascii: "."): .stop
    case UInt8(ascii: "!"): .exclaim
    case UInt8(ascii: "?"): .question
    default: .bare
    }
  }

  /// The byte that opens a code fence (` or ~) if the line does, else 0.
  static func fence(_ text: Span<UInt8>, _ content: Int, _ lineEnd: Int) -> UInt8 {
    guard content + 2 < lineEnd else { return 0 }
    let byte = text[content]
    guard byte == UInt8(ascii: "`") || byte == UInt8(ascii: "~") else { return 0 }
    guard text[content + 1] == byte && text[content + 2] == byte else { return 0 }
    // ```code``` on one line opens nothing.
    var index = content + 3
    while index + 2 < lineEnd {
      if text[index] == byte && text[index + 1] == byte && text[index + 2] == byte { return 0 }
      index += 1
    }
    return byte
  }

  /// The offset after end marks and what closes with them: quotation marks, brackets, emphasis.
  static func afterMarks(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var index = start
    while index < end {
      switch text[index] {
      case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: "\""),
        UInt8(ascii: "'"), UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "*"),
        UInt8(ascii: "_"):
        index += 1
      case 0xE2
      where has("\u{201D}", text, at: index, end) || has("\u{2019}", text, at: index, end):
        index += 3
      default:
        return index
      }
    }
    return index
  }

  /// After a sentence's marks: `end` of the sentence with emoji that close it, `start` of the next.
  static func afterEmoji(
    _ text: Span<UInt8>, _ start: Int, _ end: Int
  ) -> (end: Int, start: Int) {
    var closes = start
    var index = start
    while index < end {
      let length = emojiLength(text, index, end)
      if length > 0 {
        index += length
        closes = index
      } else if isBlank(text[index]) {
        index += 1
      } else {
        break
      }
    }
    return (closes, index)
  }

  /// Bytes of the emoji, joiner or variation selector at `index`, 0 if there is none.
  private static func emojiLength(_ text: Span<UInt8>, _ index: Int, _ end: Int) -> Int {
    let byte = text[index]
    if byte == 0xF0, index + 3 < end, text[index + 1] == 0x9F { return 4 }
    guard index + 2 < end else { return 0 }
    if byte == 0xE2, (0x98...0x9E).contains(text[index + 1]) { return 3 }
    if has("\u{FE0F}", text, at: index, end) || has("\u{200D}", text, at: index, end) { return 3 }
    return 0
  }

  /// Whether `text` has exactly the bytes of `word` at `index`, before `end`.
  static func has(_ word: StaticString, _ text: Span<UInt8>, at index: Int, _ end: Int) -> Bool {
    let count = word.utf8CodeUnitCount
    guard index >= 0 && index + count <= end else { return false }
    for offset in 0..<count where text[index + offset] != word.utf8Start[offset] { return false }
    return true
  }

  /// Whether the word before a full stop is an abbreviation or an initial.
  static func isAbbreviation(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    if end - start == 1 { return text[start] >= 0x41 && text[start] != UInt8(ascii: "I") }
    guard end - start <= 6 else { return false }
    var hash = WordHash()
    for index in start..<end { hash.add(text[index]) }
    return abbreviations.contains(hash.value)
  }

  private static let abbreviations = Set(
    ["mr", "mrs", "ms", "dr", "prof", "st", "vs", "etc", "inc", "fig", "approx", "jr", "sr", "eg"]
      .map { WordHash.of($0[...]) })

  /// The offset of the first of three bytes in `text[start..<end]`, or `end`.
  ///
  /// Eight bytes at a time: a byte equals `a` where the word with `a` taken out by exclusive or has
  /// a zero byte. The lowest zero byte is always found exactly.
  ///
  /// - Complexity: O(n) in bytes.
  static func first(
    _ a: UInt8, _ b: UInt8, _ c: UInt8, _ text: Span<UInt8>, _ start: Int, _ end: Int
  ) -> Int {
    let bytes = text.bytes
    let wide = (spread(a), spread(b), spread(c))
    var index = start
    while index + 8 <= end {
      // The bounds are checked by the loop; any eight bytes are a UInt64.
      let word = UInt64(
        littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
      let found = zeros(word ^ wide.0) | zeros(word ^ wide.1) | zeros(word ^ wide.2)
      if found != 0 { return index + found.trailingZeroBitCount / 8 }
      index += 8
    }
    while index < end {
      let byte = text[index]
      if byte == a || byte == b || byte == c { break }
      index += 1
    }
    return index
  }

  private static func spread(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

  /// The high bit of the lowest zero byte, with others above it.
  private static func zeros(_ word: UInt64) -> UInt64 {
    (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
  }
}
