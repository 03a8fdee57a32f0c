/// What a text is about: its content words, each by its first letters.
///
/// A content word has three letters or more and is none of the words that any text may have
/// (`Phrases.general`); a short word counts if it is in capitals ("SQL").
/// Words are compared by their first five letters without an ending, so that "vote", "votes" and
/// "voting" are one. It errs to the side of finding texts related: "nation" and "nationality" are
/// one too.
struct Topic {
  /// Letters by which a word is known.
  private static let stemLength = 5
  /// Shorter words are of grammar.
  private static let lettersMinimum = 3

  private var stems: Set<UInt64> = []

  var count: Int { stems.count }

  func shared(with other: Topic) -> Int { stems.count { other.stems.contains($0) } }

  /// Adds the content words of `text[start..<end]`.
  ///
  /// - Complexity: O(n) in bytes.
  mutating func add(_ text: Span<UInt8>, _ start: Int, _ end: Int, without general: Set<UInt64>) {
    var index = start
    while index < end {
      guard WordHash.isWordByte(text[index]) else {
        index += 1
        continue
      }
      if let stem = Self.word(text, &index, end, general) { stems.insert(stem) }
    }
  }

  /// The stem of the word at `index`, which is moved behind it; nil if it says nothing.
  private static func word(
    _ text: Span<UInt8>, _ index: inout Int, _ end: Int, _ general: Set<UInt64>
  ) -> UInt64? {
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
    guard count >= lettersMinimum || (capitals >= 2 && capitals == count),
      !general.contains(whole.value)
    else { return nil }
    var stem = WordHash()
    for offset in start..<min(stemEnd(text, start, index), start + stemLength) {
      stem.add(text[offset])
    }
    return stem.value
  }

  /// The end of a word without its ending: "vote", "votes", "voted" and "voting" are "vot".
  private static func stemEnd(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    for ending in endings where TextBytes.has(ending, text, at: end - ending.utf8CodeUnitCount, end)
    {
      let stem = end - ending.utf8CodeUnitCount
      if stem >= start + 3 { return stem }
    }
    return end
  }

  private static let endings: [StaticString] = ["ing", "ies", "ied", "es", "ed", "s", "e", "y"]
}
