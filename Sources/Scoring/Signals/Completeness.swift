/// Completeness: whether the text comes to an end, 0 to 1.
///
/// Short answers, code, tables and lists end as they like; running text of some length ends with a
/// mark. An open fence or bracket, or a last line that stops after a comma or a word that needs
/// another ("the", "of"), is a text cut off. The score also sees what the language model thinks of
/// the last line ending where it does.
enum Completeness {
  /// - Complexity: O(n) in tokens.
  static func measure(
    _ bytes: Span<UInt8>, _ text: TextReading, _ costs: SentenceCosts, into found: inout Measures
  ) {
    var end = bytes.count
    while end > 0 && bytes[end - 1] <= 0x20 { end -= 1 }
    guard end > 0, let last = text.marks.indices.last else { return }
    found[.completeness] = ending(bytes, end, text)
    found[.endCost] = costs.costs[last] * 1000 / Cost.unit
    let open = max(text.openBrackets, 0)
    found[.open] =
      Fixed.scale(open, worst: 0, best: 3) / 2 + (text.fences % 2 == 1 ? Fixed.one / 2 : 0)
  }

  private static func ending(_ bytes: Span<UInt8>, _ end: Int, _ text: TextReading) -> Int {
    if text.fences % 2 == 1 { return 1000 }
    if closes(bytes, end) {
      return text.openBrackets > 0 && text.openBrackets < 3 ? 9000 : Fixed.one
    }
    let tail = tail(text)
    guard text.words >= 6 else { return tail.needsMore ? 5000 : 9000 }
    if text.openBrackets > 0 && text.looksLikeCode { return 3500 }
    if text.looksLikeCode { return tail.needsMore ? 7500 : 9700 }
    if tail.needsMore { return 0 }
    // Lines like the last one that end without a mark, too: a list, a poem, a table.
    if tail.alike { return 7500 }
    if text.listLines >= 2 { return 4500 }
    return tail.words <= 6 && text.lines > 1 ? 5500 : 1500
  }

  private struct Tail {
    var words = 0
    var needsMore = false
    /// Whether at least half of the lines before end without a mark, at two or more.
    var alike = false
  }

  private static func tail(_ text: TextReading) -> Tail {
    var tail = Tail()
    var (ends, unmarked) = (0, 0)
    var last: Mark?
    for (index, mark) in text.marks.enumerated() {
      if mark.kind == .end, index + 1 < text.marks.count {
        ends += 1
        if last?.kind == .word || last?.kind == .number { unmarked += 1 }
        tail.words = 0
      }
      if mark.kind == .word { tail.words += 1 }
      if mark.kind != .end { last = mark }
    }
    tail.alike = ends >= 2 && unmarked * 2 >= ends
    if let last {
      tail.needsMore = last.kind == .word && needsMore(last.wordClass) || last.kind == .sign
    }
    return tail
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
}
