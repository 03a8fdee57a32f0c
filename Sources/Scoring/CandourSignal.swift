/// Candour: whether the response answers at all.
///
/// Looks at the first 24 words for an excuse ("sorry", "apologize", "unfortunately", "as an AI")
/// together with an inability ("cannot", "can't", "unable"). A refusal that goes on for long may
/// still carry something.
enum CandourSignal {
  private static let wordsRead = 24

  /// - Complexity: O(1).
  static func measure(_ reading: TextReading) -> Int? {
    guard !reading.words.isEmpty else { return nil }
    var hasExcuse = false
    var isUnable = false
    for word in reading.words.prefix(wordsRead) {
      hasExcuse = hasExcuse || excuses.contains(word.hash)
      isUnable = isUnable || inabilities.contains(word.hash)
    }
    guard hasExcuse && isUnable else { return Fixed.one }
    return Fixed.scale(reading.words.count, worst: 40, best: 400) / 2
  }

  private static let excuses = bag("sorry apologize apologise apologies unfortunately afraid ai")
  private static let inabilities = bag("cannot can't unable won't couldn't don't not programmed")

  private static func bag(_ words: String) -> HashBag {
    var bag = HashBag(capacity: 16)
    for word in words.split(separator: " ") {
      var hash = WordHash()
      for byte in word.utf8 { hash.add(byte) }
      _ = bag.insert(hash.value)
    }
    return bag
  }
}
