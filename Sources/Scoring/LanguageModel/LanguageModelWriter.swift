/// Puts n-grams together into the bytes of a `LanguageModel`.
enum LanguageModelWriter {
  /// One n-gram: its key, and log10 of its probability and of its back-off weight as costs.
  struct Entry {
    let key: UInt64
    let probability: UInt64
    var backoff: UInt64
  }

  /// - Parameters:
  ///   - levels: the n-grams of 1, 2, … words; `<unk>` is among those of one.
  ///   - isPacked: slots of 32 bits for all orders but the first.
  static func write(_ levels: [[Entry]], isCased: Bool, isPacked: Bool) -> [UInt64] {
    let order = levels.count
    var words: [UInt64] = [
      LanguageModel.magic, UInt64(order) | (isCased ? 1 << 32 : 0), 0, 0,
    ]
    var tables: [UInt64] = []
    for (level, entries) in levels.enumerated() {
      let isPacked = isPacked && level > 0
      let table = TableBuilder(entries, isHighest: level + 1 == order, isPacked: isPacked)
      words += [
        UInt64(entries.count), UInt64(table.slotCount) | (isPacked ? 1 << 63 : 0), table.seed,
      ]
      tables += table.words
    }
    words += tables
    words[3] = UInt64(words.count)
    words[2] = words.withUnsafeBufferPointer(LanguageModel.checksum)
    return words
  }
}
