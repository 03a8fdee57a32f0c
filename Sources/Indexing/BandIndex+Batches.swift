internal import Containers
internal import Shingling

/// Ordinals with their band keys that wait to be put into their buckets together, which takes a third of
/// the time: one after another they wait for memory. A value: it may be sorted on any thread.
package struct BandBatch: Sendable {
  /// From here on a batch is worth its work, and no reason to wait any longer: 32 MB, and as much while
  /// it is sorted.
  static let fullCount = 1 << 22

  /// Upper half of a band key, then the ordinal; the ordinal's top bit says that no bucket is too full.
  private(set) var words: [TagTable.KeyedWord] = []
  private var isSorted = false

  private static let isTakenAlways: UInt32 = 1 << 31

  var isEmpty: Bool { words.isEmpty }
  var isFull: Bool { words.count >= Self.fullCount }

  /// - Parameters:
  ///   - count: shingles of the ordinal's set.
  ///   - keys: upper halves of its band keys.
  mutating func append(_ ordinal: UInt32, count: Int, _ keys: ArraySlice<UInt32>) {
    isSorted = false
    let isTaken = BandIndex.bucketMaximum(count) == .max
    // Address space; memory only as far as it is filled.
    if words.isEmpty { words.reserveCapacity(Self.fullCount + 256) }
    let low = UInt64(ordinal | (isTaken ? Self.isTakenAlways : 0))
    for key in keys { words.append(UInt64(key) << 32 | low) }
  }

  static func ordinal(_ word: TagTable.KeyedWord) -> (ordinal: UInt32, most: Int) {
    let low = UInt32(truncatingIfNeeded: word)
    return (low & ~isTakenAlways, low & isTakenAlways == 0 ? BandIndex.hotLength : .max)
  }

  /// Puts the words in the order of their keys, those of one key as they came: a radix sort, the lowest
  /// digit first.
  ///
  /// - Complexity: O(words), in three passes; nothing for what is sorted.
  package mutating func sort() {
    guard !isSorted else { return }
    isSorted = true
    var source = words
    words = []
    for shift in [32, 43, 54] as [UInt64] {
      var next = [Int](repeating: 0, count: 2_049)
      for word in source { next[Int(word >> shift & 2_047) + 1] += 1 }
      for digit in 0..<2_048 { next[digit + 1] += next[digit] }
      let target = [TagTable.KeyedWord](unsafeUninitializedCapacity: source.count) {
        target, count in
        for word in source {
          let digit = Int(word >> shift & 2_047)
          target.initializeElement(at: next[digit], to: word)
          next[digit] += 1
        }
        count = source.count
      }
      source = target
    }
    words = source
  }
}

extension BandIndex {
  /// Puts the ordinals of a batch into their buckets; the same as one after another in their order.
  ///
  /// - Parameter shingles: the set of an ordinal of the batch, asked for where a bucket is hot.
  /// - Complexity: O(keys + buckets), and as `insert` for those that meet a hot bucket.
  func insert(_ batch: consuming BandBatch, shingles: (UInt32) -> ShingleSet) {
    batch.sort()
    let words = batch.words
    var refused: [UInt32: [UInt64]] = [:]
    buckets.insert(words.span, ordinal: BandBatch.ordinal) { word in
      refused[BandBatch.ordinal(word).ordinal, default: []].append(word)
    }
    // In the order of arrival, as the lists of rare shingles are given up in that order.
    for (ordinal, keys) in refused.sorted(by: { $0.key < $1.key }) {
      overflow(ordinal, shingles(ordinal), keys)
    }
  }
}
