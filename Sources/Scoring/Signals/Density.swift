/// Density: how much of the text says something new, 0 to 1.
///
/// | part | weight | worst to best |
/// |---|---|---|
/// | distinct stems in windows of 50 words, so that length does not matter | 4 | 25 % to 62 % |
/// | word triples seen before in the text (a stand-in for compressibility) | 4 | 40 % to 2 % |
/// | content words among all words | 2 | 10 % to 36 % |
///
/// The score also sees how rare the words are under the language model.
struct Density {
  private static let window = 50
  private var seen = HashBag()

  /// Nothing is measured without words.
  ///
  /// - Complexity: O(n) in tokens.
  mutating func measure(_ text: TextReading, _ costs: SentenceCosts, into found: inout Measures) {
    guard text.words > 0 else { return }
    stems(text, &found)
    triples(text, &found)
    guard text.isTelling else { return }
    var rarity = 0
    for index in text.marks.indices where text.marks[index].kind == .word {
      rarity += costs.unigramCosts[index]
    }
    found[.rarity] = rarity / text.words * 1000 / Cost.unit
  }

  private mutating func stems(_ text: TextReading, _ found: inout Measures) {
    var (position, distinct, content) = (0, 0, 0)
    for mark in text.marks where mark.kind == .word {
      if position % Self.window == 0 { seen.reset(capacity: Self.window) }
      if seen.insert(mark.stem) { distinct += 1 }
      if mark.isContent { content += 1 }
      position += 1
    }
    found[.variety] = Fixed.share(distinct, text.words)
    found[.content] = Fixed.share(content, text.words)
  }

  private mutating func triples(_ text: TextReading, _ found: inout Measures) {
    seen.reset(capacity: text.words)
    var triples = WordTriples()
    var (count, repeated) = (0, 0)
    for (index, mark) in text.marks.enumerated() where mark.kind == .word {
      guard let triple = triples.next(text.keys[index]) else { continue }
      count += 1
      if !seen.insert(triple) { repeated += 1 }
    }
    found[.repetition] = count >= 2 ? Fixed.share(repeated, count) : 0
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
