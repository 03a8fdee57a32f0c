internal import CIntrinsics

/// A hash table from n-gram keys to costs: open addressing, one slot an n-gram, none of which is 0
/// unless it is empty. What `find` gives is the slot, widened to 64 bits.
///
/// Keys are not stored, only fingerprints: two n-grams of one neighbourhood whose fingerprints agree
/// would be taken for each other. How often that happens is said beside each layout. The maker tries
/// seeds until no two n-grams of its own agree, or keeps the seed with the fewest conflicts.
protocol NGramTable {
  var slotCount: Int { get }
  var seed: UInt64 { get }
  var fingerprintBits: Int { get }

  func slot(_ index: Int) -> UInt64
  /// Asks the memory for a slot, and does not wait for it.
  func prefetch(_ index: Int)
  func fingerprint(_ slot: UInt64) -> UInt64
  func probability(_ slot: UInt64) -> Int
  func backoff(_ slot: UInt64) -> Int
}

extension NGramTable {
  /// Where to begin looking, and the slot's fingerprint.
  @inline(__always)
  func place(of key: UInt64) -> (home: Int, fingerprint: UInt64) {
    let hash = WordKey.mixed(key &+ seed)
    let home = Int(truncatingIfNeeded: hash.multipliedFullWidth(by: UInt64(slotCount)).high)
    return (home, hash & ((1 << UInt64(fingerprintBits)) - 1))
  }

  /// The slot of a key from its home on, 0 if there is none; `first` is the slot at its home.
  @inline(__always)
  func find(_ home: Int, _ fingerprint: UInt64, first: UInt64) -> UInt64 {
    var slot = first
    var index = home
    while slot != 0 && self.fingerprint(slot) != fingerprint {
      index += 1
      if index == slotCount { index = 0 }
      slot = self.slot(index)
    }
    return slot
  }

  /// - Complexity: O(1) on average.
  func find(_ key: UInt64) -> UInt64 {
    let (home, fingerprint) = place(of: key)
    return find(home, fingerprint, first: slot(home))
  }
}

/// Slots of 64 bits: costs as they are. One n-gram in a million that is not there is taken for one
/// that is.
///
/// ```
/// orders below the highest:  fingerprint 20 | probability 22 | back-off 22
/// highest order:             fingerprint 42 | probability 22
/// ```
struct WideTable: NGramTable {
  let slots: UnsafePointer<UInt64>
  let slotCount: Int
  let seed: UInt64
  let isHighest: Bool

  var fingerprintBits: Int { isHighest ? 42 : 20 }

  @inline(__always)
  func slot(_ index: Int) -> UInt64 { slots[index] }

  @inline(__always)
  func prefetch(_ index: Int) { thresher_prefetch(slots + index) }

  @inline(__always)
  func fingerprint(_ slot: UInt64) -> UInt64 { slot >> (isHighest ? 22 : 44) }

  @inline(__always)
  func probability(_ slot: UInt64) -> Int {
    Int(truncatingIfNeeded: slot >> (isHighest ? 0 : 22)) & Cost.maximum
  }

  @inline(__always)
  func backoff(_ slot: UInt64) -> Int {
    Int(truncatingIfNeeded: slot) & Cost.maximum - Cost.backoffOffset
  }
}

/// Slots of 32 bits: costs as numbers into two lists of 256, made so that each number stands for as
/// many n-grams as another. One n-gram in ten thousand that is not there is taken for one that is.
///
/// ```
/// orders below the highest:  fingerprint 16 | back-off 8 | probability 8, which is never 0
/// highest order:             fingerprint 24 | probability 8
/// ```
struct PackedTable: NGramTable {
  let slots: UnsafePointer<UInt32>
  let slotCount: Int
  let seed: UInt64
  let isHighest: Bool
  /// 256 probabilities, then 256 back-off weights.
  let costs: UnsafePointer<Int32>

  static let listWords = 256

  var fingerprintBits: Int { isHighest ? 24 : 16 }

  @inline(__always)
  func slot(_ index: Int) -> UInt64 { UInt64(slots[index]) }

  @inline(__always)
  func prefetch(_ index: Int) { thresher_prefetch(slots + index) }

  @inline(__always)
  func fingerprint(_ slot: UInt64) -> UInt64 { slot >> (isHighest ? 8 : 16) }

  @inline(__always)
  func probability(_ slot: UInt64) -> Int { Int(costs[Int(truncatingIfNeeded: slot & 0xFF)]) }

  @inline(__always)
  func backoff(_ slot: UInt64) -> Int {
    Int(costs[256 + Int(truncatingIfNeeded: slot >> 8 & 0xFF)])
  }
}
