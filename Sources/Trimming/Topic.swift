/// What a sentence is about: its content words, each by its first letters, and how many of them
/// other texts have.
///
/// A content word has three letters or more and is none of the words that any text may have
/// (`Phrases.general`); a shorter word counts if it is in capitals ("AI"). Words are compared by
/// their first five letters without an ending, so that "vote", "votes" and "voting" are one. It errs
/// to the side of finding texts related: "nation" and "nationality" are one too.
struct Topic {
  /// Letters by which a word is known.
  private static let stemLength = 5
  /// Shorter words are of grammar.
  private static let lettersMinimum = 3
  /// More stems than a passage has; those beyond are left out.
  private static let countMaximum = 160

  /// Slots of an open table; 0 is empty.
  private var slots = [UInt64](repeating: 0, count: 256)
  private var isMet = [Bool](repeating: false, count: 256)
  /// Different content words.
  private(set) var count = 0

  /// The topic of `text[start..<end]`.
  ///
  /// - Complexity: O(n) in bytes.
  init(_ text: Span<UInt8>, _ start: Int, _ end: Int, without general: WordSet) {
    var index = start
    while index < end {
      guard let word = Self.word(text, &index, end), !general.contains(word.whole) else { continue }
      let slot = slot(word.stem)
      if slots[slot] == 0 && count < Self.countMaximum {
        slots[slot] = word.stem
        count += 1
      }
    }
  }

  /// Looks through `text[start..<end]`: how many words it has that could be content words, and how
  /// many of the topic's are met there that were not met before.
  ///
  /// - Complexity: O(n) in bytes.
  mutating func meet(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> (words: Int, shared: Int) {
    var words = 0
    var shared = 0
    var index = start
    while index < end {
      guard let word = Self.word(text, &index, end) else { continue }
      words += 1
      let slot = slot(word.stem)
      if slots[slot] != 0 && !isMet[slot] {
        isMet[slot] = true
        shared += 1
      }
    }
    return (words, shared)
  }

  private func slot(_ stem: UInt64) -> Int {
    var slot = Int(truncatingIfNeeded: stem) & 255
    while slots[slot] != 0 && slots[slot] != stem { slot = (slot + 1) & 255 }
    return slot
  }

  /// The word at or after `index`, which is moved behind it; nil if it is too short to say anything
  /// or there is none.
  private static func word(
    _ text: Span<UInt8>, _ index: inout Int, _ end: Int
  ) -> (whole: UInt64, stem: UInt64)? {
    while index < end && !WordHash.isWordByte(text[index]) { index += 1 }
    let start = index
    var whole = WordHash()
    var capitals = 0
    while index < end, WordHash.isWordByte(text[index]) {
      // A typographic apostrophe or dash ends the word, as a plain one does.
      if text[index] == 0xE2, index + 1 < end, text[index + 1] == 0x80 { break }
      let byte = text[index]
      if byte >= 0x41 && byte <= 0x5A { capitals += 1 }
      whole.add(byte)
      index += 1
    }
    let count = index - start
    if count == 0 {
      index = min(index + 3, end)
      return nil
    }
    guard count >= lettersMinimum || (capitals == 2 && count == 2) else { return nil }
    var stem = WordHash()
    for offset in start..<min(stemEnd(text, start, index), start + stemLength) {
      stem.add(text[offset])
    }
    return (whole.value, stem.value)
  }

  /// The end of a word without its endings: "vote", "votes", "voted" and "voting" are "vot", "tides"
  /// and "tidal" are "tid".
  private static func stemEnd(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    // Endings beyond the letters that count make no difference.
    if end - start >= stemLength + 5 { return end }
    var end = end
    if text[end - 1] | 0x20 == UInt8(ascii: "s") {
      end = without(["ies", "es", "s"], text, start, end)
    }
    return switch text[end - 1] | 0x20 {
    case UInt8(ascii: "g"): without(["ing"], text, start, end)
    case UInt8(ascii: "d"): without(["ied", "ed"], text, start, end)
    case UInt8(ascii: "r"): without(["er", "or"], text, start, end)
    case UInt8(ascii: "l"): without(["al"], text, start, end)
    case UInt8(ascii: "y"): without(["ly", "y"], text, start, end)
    case UInt8(ascii: "e"): without(["e"], text, start, end)
    default: end
    }
  }

  /// The end without the first of the endings that it has, if three letters or more are left.
  private static func without(
    _ endings: [StaticString], _ text: Span<UInt8>, _ start: Int, _ end: Int
  ) -> Int {
    for ending in endings {
      let stem = end - ending.utf8CodeUnitCount
      if stem >= start + 3 && TextBytes.has(ending, text, at: stem, end) { return stem }
    }
    return end
  }
}
