/// Density: how much of the text says something new.
///
/// | part | weight | worst to best |
/// |---|---|---|
/// | distinct stems in windows of 50 words, so that length does not matter | 4 | 25 % to 62 % |
/// | word triples seen before in the text (a stand-in for compressibility) | 4 | 40 % to 2 % |
/// | content words among all words | 2 | 10 % to 36 % |
enum DensitySignal {
  private static let window = 50

  /// Nil without words.
  ///
  /// - Complexity: O(n) in words.
  static func measure(_ reading: TextReading) -> Int? {
    let words = reading.words
    guard !words.isEmpty else { return nil }
    let variety = Fixed.scale(distinctStems(words), worst: 2500, best: 6200)
    let freshness = Fixed.scale(repeatedTriples(words), worst: 4000, best: 200)
    var content = 0
    for word in words where word.weight > 0 { content += 1 }
    let substance = Fixed.scale(Fixed.share(content, words.count), worst: 1000, best: 3600)
    // Of one or two words all of this says little.
    if words.count < 3 { return (variety + Fixed.one) / 2 }
    return (4 * variety + 4 * freshness + 2 * substance) / 10
  }

  private static func distinctStems(_ words: [ReadWord]) -> Int {
    var bag = HashBag(capacity: window)
    var distinct = 0
    for (position, word) in words.enumerated() {
      if position % window == 0 { bag.removeAll() }
      if bag.insert(word.stem) { distinct += 1 }
    }
    return Fixed.share(distinct, words.count)
  }

  private static func repeatedTriples(_ words: [ReadWord]) -> Int {
    guard words.count >= 4 else { return 0 }
    var bag = HashBag(capacity: words.count)
    var repeated = 0
    for index in 2..<words.count where !bag.insert(trigram(words, endingAt: index)) {
      repeated += 1
    }
    return Fixed.share(repeated, words.count - 2)
  }
}
