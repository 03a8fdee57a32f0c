/// Completeness: whether the text comes to an end.
///
/// Short answers, code, tables and lists end as they like; running text of some length ends with a
/// mark. An open fence or bracket, or a last line that stops after a comma or a word that needs
/// another ("the", "of"), is a text cut off.
enum CompletenessSignal {
  /// Nil for an empty text.
  ///
  /// - Complexity: O(1) beyond the reading, but for white space at the end.
  static func measure(_ text: Span<UInt8>, _ reading: TextReading) -> Int? {
    var end = text.count
    while end > 0 && text[end - 1] <= 0x20 { end -= 1 }
    guard end > 0 else { return nil }
    if reading.fences % 2 == 1 { return 1000 }
    if closes(text, end) {
      return reading.openBrackets > 0 && reading.openBrackets < 3 ? 9000 : Fixed.one
    }
    guard reading.words.count >= 8 else { return 9000 }
    if reading.openBrackets > 0 && reading.looksLikeCode { return 3500 }
    if reading.looksLikeCode { return 7500 }
    if let last = reading.words.last, needsMore(last.wordClass) { return 0 }
    if text[end - 1] == UInt8(ascii: ",") { return 500 }
    if reading.listLines >= 2 { return 6500 }
    return lastLineIsShort(text, end) ? 6000 : 1500
  }

  private static func closes(_ text: Span<UInt8>, _ end: Int) -> Bool {
    switch text[end - 1] {
    case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: "\""),
      UInt8(ascii: "'"), UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"),
      UInt8(ascii: "`"), UInt8(ascii: ">"), UInt8(ascii: ";"), UInt8(ascii: "|"),
      UInt8(ascii: "*"), UInt8(ascii: "$"), UInt8(ascii: "_"):
      return true
    case 0x80...:
      // A sign beyond ASCII (typographic quotation mark, emoji) closes; a letter does not.
      var start = end - 1
      while start > 0 && text[start] & 0xC0 == 0x80 { start -= 1 }
      return !Scalar.isLatinLetter(text, start) && !Scalar.isOtherLetter(text, start)
    default: return false
    }
  }

  private static func needsMore(_ wordClass: WordClass) -> Bool {
    switch wordClass {
    case .determiner, .preposition, .conjunction, .modal, .subject: true
    default: false
    }
  }

  /// A last line of its own with fewer than 40 bytes: a title, a signature, a list entry.
  private static func lastLineIsShort(_ text: Span<UInt8>, _ end: Int) -> Bool {
    var index = end
    while index > 0 && end - index < 40 {
      index -= 1
      if text[index] == UInt8(ascii: "\n") { return true }
    }
    return false
  }
}
