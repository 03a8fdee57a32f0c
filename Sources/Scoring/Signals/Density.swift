/// Density: how much of the text says something new, 0 to 1.
///
/// | part | weight | worst to best |
/// |---|---|---|
/// | distinct stems in windows of 50 words, so that length does not matter | 4 | 25 % to 62 % |
/// | word triples seen before in the text (a stand-in for compressibility) | 4 | 40 % to 2 % |
/// | content words among all words | 2 | 10 % to 36 % |
///
/// The score also sees how rare the words are under the language model.
enum Density {
  /// Nothing is measured without words.
  ///
  /// - Complexity: O(n) in tokens.
  static func measure(
    _ text: TextReading, _ vocabulary: Vocabulary, _ costs: SentenceCosts,
    into found: inout Measures
  ) {
    guard text.words > 0 else { return }
    let marks = text.marks
    var (content, rarity) = (0, 0)
    for index in marks.indices where marks[index].kind == .word {
      content += marks[index].isContent ? 1 : 0
      rarity += costs.unigramCosts[index]
    }
    found[.variety] = Fixed.share(vocabulary.distinctInWindows, text.words)
    found[.content] = Fixed.share(content, text.words)
    found[.repetition] =
      vocabulary.tripleCount >= 2
      ? Fixed.share(vocabulary.repeated, vocabulary.tripleCount) : 0
    if text.isTelling { found[.rarity] = rarity / text.words * 1000 / Cost.unit }
  }
}

/// The hash of every three words in a row.
struct WordTriples {
  private var first: UInt64 = 0
  private var second: UInt64 = 0
  private var count = 0

  mutating func next(_ key: UInt64) -> UInt32? {
    defer {
      first = second
      second = key
      count += 1
    }
    guard count >= 2 else { return nil }
    let hash = WordKey.appending(key, to: WordKey.appending(second, to: first))
    return UInt32(truncatingIfNeeded: hash >> 32)
  }
}
