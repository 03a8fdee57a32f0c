/// Candour: whether the response answers at all, 0 to 1; 0 for a bare refusal, 1 without any sign of
/// one.
///
/// Looks at the first 30 words for an excuse ("sorry", "apologize", "unfortunately", "an AI")
/// together with an inability ("cannot", "n't", "unable"). A refusal that goes on for long may still
/// carry something.
enum Candour {
  private static let wordsRead = 30

  /// - Complexity: O(1).
  static func measure(_ text: TextReading, into found: inout Measures) {
    guard text.words > 0 else { return }
    var (hasExcuse, isUnable) = (false, false)
    var words = 0
    let (excuses, inabilities) = (excuses, inabilities)
    for (index, mark) in text.marks.enumerated() where mark.kind == .word {
      words += 1
      if words > wordsRead { break }
      let key = text.keys[index]
      hasExcuse = hasExcuse || excuses.contains(key)
      isUnable = isUnable || inabilities.contains(key)
    }
    let length = Fixed.scale(text.words, worst: 400, best: 40)
    found[.refusal] = hasExcuse && isUnable ? (Fixed.one + length) / 2 : 0
  }

  private static let excuses = keys("sorry apologize apologise apologies unfortunately afraid ai")
  private static let inabilities = keys("cannot t unable not programmed impossible inappropriate")
}

/// Keys of a few words.
func keys(_ words: String) -> KeyTable {
  KeyTable(words)
}
