/// Word hashes with a value each, made once and looked up often.
///
/// Open addressing over a power of two of slots. The hashes are good ones (`WordHash`), so that a
/// word's slot is its low bits; 0 marks an empty slot, and no word has the hash 0.
struct WordTable: Sendable {
  private let words: [UInt64]
  private let values: [UInt32]
  private let mask: Int

  init(_ entries: [UInt64: UInt32]) {
    var size = 8
    while size < entries.count * 3 { size *= 2 }
    var words = [UInt64](repeating: 0, count: size)
    var values = [UInt32](repeating: 0, count: size)
    for (word, value) in entries {
      precondition(word != 0)
      var slot = Int(truncatingIfNeeded: word) & (size - 1)
      while words[slot] != 0 { slot = (slot + 1) & (size - 1) }
      words[slot] = word
      values[slot] = value
    }
    self.words = words
    self.values = values
    mask = size - 1
  }

  /// The value of a word, 0 if it has none.
  ///
  /// - Complexity: O(1)
  func value(_ word: UInt64) -> UInt32 {
    var slot = Int(truncatingIfNeeded: word) & mask
    while words[slot] != 0 {
      if words[slot] == word { return values[slot] }
      slot = (slot + 1) & mask
    }
    return 0
  }
}

/// A set of words, looked up without hashing them again.
struct WordSet: Sendable {
  private let table: WordTable

  init(_ words: some Sequence<UInt64>) {
    table = WordTable(Dictionary(words.map { ($0, 1) }, uniquingKeysWith: { first, _ in first }))
  }

  /// The words of a text that is separated by spaces.
  init(_ text: String) { self.init(text.split(separator: " ").map { WordHash.of($0) }) }

  func contains(_ word: UInt64) -> Bool { table.value(word) != 0 }
}
