/// The shape of a text: how long it is, of what lines and sentences it is made. No signal of its own;
/// the score sees it.
enum Shape {
  /// - Complexity: O(n) in tokens.
  static func measure(
    _ text: TextReading, _ vocabulary: Vocabulary, into found: inout Measures
  ) {
    found[.length] = WholeLog.thousandths(text.words + text.numbers)
    var (bytes, capitals, reasons, persons) = (0, 0, 0, 0)
    let (first, question, connectives) = (Self.first, Self.question, Self.connectives)
    var questions = 0
    let keys = text.keys
    for (index, mark) in text.marks.enumerated() {
      if mark.kind == .stop, keys[index] == question { questions += 1 }
      guard mark.kind == .word else { continue }
      bytes += Int(mark.length)
      capitals += mark.isUpper ? 1 : 0
      guard mark.wordClass != .content || mark.length >= 4 else { continue }
      if mark.wordClass == .subject, keys[index] == first { persons += 1 }
      if connectives.contains(keys[index]) { reasons += 1 }
    }
    found[.questions] = Fixed.share(questions, text.stops)
    found[.distinct] = WholeLog.thousandths(vocabulary.distinct)
    found[.lines] = WholeLog.thousandths(text.lines)
    guard text.lines > 0 else { return }
    found[.lists] = Fixed.share(text.listLines, text.lines)
    found[.sentence] = min(text.words * 10 / max(text.lines, text.stops), 1000)
    found[.code] = Fixed.share(text.codeSigns, text.scalars)
    found[.digits] = Fixed.share(text.digits, text.letters + text.digits)
    guard text.words > 0 else { return }
    found[.capitals] = Fixed.share(capitals, text.words)
    found[.wordLength] = bytes * 100 / text.words
    found[.reasons] = Fixed.share(reasons, text.words)
    found[.firstPerson] = Fixed.share(persons, text.words)
  }

  private static let first = WordKey.of("i")
  private static let question = WordKey.of("?")
  private static let connectives = KeyTable(
    """
    because since therefore thus however although while whereas example instance additionally \
    furthermore moreover also such including finally first second overall conclusion important \
    ensure help helps essential
    """)
}

/// A few word keys, by open addressing: one probe in the usual case.
struct KeyTable: Sendable {
  private let slots: [UInt64]

  init(_ words: String) {
    var slots = [UInt64](repeating: 0, count: 256)
    for word in words.split(separator: " ") {
      let key = WordKey.of(String(word))
      var slot = Int(truncatingIfNeeded: key) & 255
      while slots[slot] != 0 && slots[slot] != key { slot = (slot + 1) & 255 }
      slots[slot] = key
    }
    self.slots = slots
  }

  func contains(_ key: UInt64) -> Bool {
    var slot = Int(truncatingIfNeeded: key) & 255
    while slots[slot] != 0 {
      if slots[slot] == key { return true }
      slot = (slot + 1) & 255
    }
    return false
  }
}
