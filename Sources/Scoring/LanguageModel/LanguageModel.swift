/// An n-gram model with back-off: how probable is a word after the words before it.
///
/// p(w | h) is the model's value if it has h·w, else backoff(h)·p(w | h without its first word). An
/// interpolated model (`KneserNey`) is stored in the same way, its mixing done beforehand, as in ARPA
/// files (R. Kneser, H. Ney 1995; S. Chen, J. Goodman 1998).
///
/// The bytes, little-endian, in words of 64 bits:
///
/// | word | what |
/// |---|---|
/// | 0 | `THRLM\0\0` and the version, 1 |
/// | 1 | order N; bit 32: words have upper-case letters |
/// | 2 | checksum of word 1 and of everything from word 3 on |
/// | 3 | words of 64 bits in all |
/// | 4 + 3k | for k from 0 below N: n-grams of k + 1 words; slots of their table, bit 63: packed; its seed |
/// | then | the tables one after the other, see `WideTable` and `PackedTable` |
///
/// `@unchecked Sendable`: the pointer leads into `bytes`, which never change.
package struct LanguageModel: @unchecked Sendable {
  static let magic: UInt64 = 0x0100_004D_4C52_4854
  static let orderRange = 1...6

  private struct Level {
    let count: Int
    let slotCount: Int
    let seed: UInt64
    let isPacked: Bool
    /// First word of its table in the bytes.
    let start: Int

    var words: Int { isPacked ? PackedTable.listWords + (slotCount + 1) / 2 : slotCount }
  }

  private let bytes: ModelBytes
  private let words: UnsafePointer<UInt64>
  package let order: Int
  /// Whether text is looked up as it is; otherwise in lower case.
  package let isCased: Bool
  private let levels: [Level]
  /// What stands for every word that the model lacks.
  let unknownSlot: UInt64

  /// The model as bytes in the form above.
  package var raw: UnsafeRawBufferPointer { bytes.raw }

  /// n-grams of each order.
  package var counts: [Int] { levels.map(\.count) }

  /// - Parameter isTrusted: the bytes need no check, since they are our own.
  package init(_ bytes: ModelBytes, isTrusted: Bool = false) throws(ModelError) {
    let words = bytes.raw.assumingMemoryBound(to: UInt64.self)
    guard bytes.raw.count >= 32, let base = words.baseAddress,
      words[0] & 0xFF_FFFF_FFFF == Self.magic & 0xFF_FFFF_FFFF
    else { throw ModelError("it is neither a model of Thresher's nor an ARPA file") }
    guard words[0] == Self.magic else {
      throw ModelError("it is a model of another version of Thresher")
    }
    let damaged = ModelError("the model is cut off or damaged")
    let order = Int(words[1] & 0xFF)
    guard Self.orderRange.contains(order), words.count >= 4 + 3 * order,
      UInt64(words.count) == words[3], bytes.raw.count % 8 == 0
    else { throw damaged }
    var levels: [Level] = []
    var start = 4 + 3 * order
    for index in 0..<order {
      let header = words[(4 + 3 * index)...]
      let slots = header[header.startIndex + 1] & ~(1 << 63)
      guard slots > 0, slots <= UInt64(words.count) * 2 else { throw damaged }
      levels.append(
        Level(
          count: Int(truncatingIfNeeded: header[header.startIndex]), slotCount: Int(slots),
          seed: header[header.startIndex + 2], isPacked: header[header.startIndex + 1] >> 63 == 1,
          start: start))
      start += levels[index].words
    }
    guard start == words.count, !levels[0].isPacked,
      isTrusted || Self.checksum(words) == words[2]
    else { throw damaged }
    self.bytes = bytes
    self.words = base
    self.order = order
    self.levels = levels
    isCased = words[1] >> 32 & 1 == 1
    let unigrams = Self.wide(base, levels[0], isHighest: order == 1)
    unknownSlot = unigrams.find(WordKey.unknown)
    guard unknownSlot != 0 else { throw ModelError("the model has no <unk>") }
  }

  private static func wide(
    _ words: UnsafePointer<UInt64>, _ level: Level, isHighest: Bool
  ) -> WideTable {
    WideTable(
      slots: words + level.start, slotCount: level.slotCount, seed: level.seed,
      isHighest: isHighest)
  }

  func isPacked(_ level: Int) -> Bool { levels[level].isPacked }

  /// The table of n-grams of `level` + 1 words.
  func wide(_ level: Int) -> WideTable {
    Self.wide(words, levels[level], isHighest: level + 1 == order)
  }

  func packed(_ level: Int) -> PackedTable {
    let start = UnsafeRawPointer(words + levels[level].start)
    return PackedTable(
      slots: (start + 8 * PackedTable.listWords).assumingMemoryBound(to: UInt32.self),
      slotCount: levels[level].slotCount, seed: levels[level].seed,
      isHighest: level + 1 == order, costs: start.assumingMemoryBound(to: Int32.self))
  }

  /// Of the n-gram whose slot this is, which has `level` + 1 words.
  func backoff(_ slot: UInt64, _ level: Int) -> Int {
    isPacked(level) ? packed(level).backoff(slot) : wide(level).backoff(slot)
  }

  /// The cost of a word by itself; nil if the model lacks it.
  func unigram(_ key: UInt64) -> Int? {
    let table = wide(0)
    let slot = table.find(key)
    return slot == 0 ? nil : table.probability(slot)
  }

  static func checksum(_ words: UnsafeBufferPointer<UInt64>) -> UInt64 {
    var sum = words[1]
    for word in words[3...] { sum = WordKey.appending(word, to: sum) }
    return WordKey.mixed(sum)
  }
}
