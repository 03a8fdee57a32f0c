/// Patterns found by the first two words of a sentence. It never changes; it is a class so that a
/// look at it costs no copy.
final class PhraseTable: Sendable {
  let entries: [PhraseBook.Entry]
  private let patterns: [PhrasePattern]
  private let ends: [SentenceEnds]
  private let byFirstWord: [UInt64: [Int]]
  /// With which marks the patterns that begin with a word may end; shifted by `anyShift`, those of
  /// them that leave the second word open.
  private let endsByFirstWord: WordTable
  /// The same by the first two words, if the second is not open.
  private let endsByPair: WordTable

  private static let anyShift: UInt32 = 8

  init(_ entries: [PhraseBook.Entry]) {
    self.entries = entries
    patterns = entries.map(\.pattern)
    self.ends = entries.map(\.ends)
    var index: [UInt64: [Int]] = [:]
    var ends: [UInt64: UInt32] = [:]
    var pairs: [UInt64: UInt32] = [:]
    for (position, entry) in entries.enumerated() {
      let marks = UInt32(entry.ends.rawValue)
      for word in entry.pattern.firstWords { index[word, default: []].append(position) }
      for start in entry.pattern.starts {
        for word in start.first {
          ends[word, default: 0] |= start.second == nil ? marks | marks << Self.anyShift : marks
          for second in start.second ?? [] { pairs[Self.pair(word, second), default: 0] |= marks }
        }
      }
    }
    byFirstWord = index
    endsByFirstWord = WordTable(ends)
    endsByPair = WordTable(pairs)
  }

  private static func pair(_ first: UInt64, _ second: UInt64) -> UInt64 {
    let key = (first &* 0x9E37_79B9_7F4A_7C15) ^ second
    return key == 0 ? 1 : key
  }

  /// Whether any pattern begins with this word and may end so.
  func knows(_ first: UInt64, end: SentenceEnds) -> Bool {
    endsByFirstWord.value(first) & UInt32(end.rawValue) != 0
  }

  /// Whether any pattern can go on with this second word.
  func knows(_ first: UInt64, _ second: UInt64, end: SentenceEnds) -> Bool {
    let mark = UInt32(end.rawValue)
    return endsByFirstWord.value(first) >> Self.anyShift & mark != 0
      || endsByPair.value(Self.pair(first, second)) & mark != 0
  }

  /// The first pattern that matches all of `words` and may end so.
  ///
  /// - Complexity: O(patterns that begin with the word · their elements · words).
  func match(_ words: [UInt64], end: SentenceEnds) -> (kind: EditKind, condition: PhraseCondition)?
  {
    guard let first = words.first, let candidates = byFirstWord[first] else { return nil }
    for position in candidates where ends[position].contains(end) {
      if patterns[position].matches(words) {
        return (entries[position].kind, entries[position].condition)
      }
    }
    return nil
  }
}
