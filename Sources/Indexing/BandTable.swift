// The buckets of one band: an open-addressing hash table with linear probing.
//
//   slot     tag << 32 | value; all ones where empty
//   tag      upper 32 bits of the band key; its uppermost bits are the slot where probing begins, so
//            the table can grow without knowing the keys
//   value    an ordinal, or listFlag | handle of a list in the posting arena for two or more
//
// Two keys with one tag share a bucket: among a million buckets a search meets a stranger in one
// band of 4,000, and the comparison turns it away. A bucket that empties is closed up by moving the
// slots behind it (backward-shift deletion), so there are no tombstones and no search gets slower.

/// Band key → ordinals, for one band.
struct BandTable {
  static let listFlag: UInt32 = 1 << 31
  static let empty = UInt64.max

  private(set) var slots: [UInt64]
  private var shift: UInt32
  private(set) var count = 0
  private let loadPercent: Int

  /// - Parameter loadPercent: share of slots in use above which the table doubles. Tables of one
  ///   index differ in it, so that they do not all grow at the same insertion.
  init(loadPercent: Int) {
    self.loadPercent = loadPercent
    slots = [UInt64](repeating: Self.empty, count: 16)
    shift = 28
  }

  @inline(__always)
  static func tag(_ key: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: key >> 32) }

  /// Where probing for a tag begins.
  @inline(__always)
  func home(_ tag: UInt32) -> Int { Int(tag >> shift) }

  /// The value of the bucket, or nil. `first` is the slot at `home(tag)`, which the caller has
  /// loaded for all bands before it looks into any: the memory answers them side by side.
  ///
  /// - Complexity: O(1) expected.
  @inline(__always)
  func value(_ tag: UInt32, first: UInt64) -> UInt32? {
    var slot = first
    var place = home(tag)
    while slot != Self.empty {
      if UInt32(truncatingIfNeeded: slot >> 32) == tag { return UInt32(truncatingIfNeeded: slot) }
      place = (place + 1) & (slots.count - 1)
      slot = slots[place]
    }
    return nil
  }

  /// Adds an ordinal above all others to the bucket.
  ///
  /// - Complexity: O(1) amortized.
  mutating func insert(_ ordinal: UInt32, _ tag: UInt32, _ postings: inout PostingArena) {
    if (count + 1) * 100 > slots.count * loadPercent { grow() }
    let place = place(of: tag)
    guard slots[place] != Self.empty else {
      slots[place] = Self.slot(tag, ordinal)
      count += 1
      return
    }
    let value = UInt32(truncatingIfNeeded: slots[place])
    if value & Self.listFlag != 0 {
      let list = postings.append(ordinal, to: value & ~Self.listFlag)
      slots[place] = Self.slot(tag, list | Self.listFlag)
    } else if value != ordinal {
      slots[place] = Self.slot(tag, postings.make(value, ordinal) | Self.listFlag)
    }
  }

  /// Takes an ordinal out of the bucket; false if it was not there.
  ///
  /// - Complexity: O(size of the bucket).
  mutating func remove(
    _ ordinal: UInt32, _ tag: UInt32, _ postings: inout PostingArena
  ) -> Bool {
    let place = place(of: tag)
    guard slots[place] != Self.empty else { return false }
    let value = UInt32(truncatingIfNeeded: slots[place])
    if value & Self.listFlag == 0 {
      guard value == ordinal else { return false }
      closeUp(place)
      return true
    }
    let list = value & ~Self.listFlag
    guard postings.remove(ordinal, from: list) else { return false }
    if postings.count(list) == 1 {
      slots[place] = Self.slot(tag, postings.words[postings.range(list).lowerBound])
      postings.release(list)
    }
    return true
  }

  private static func slot(_ tag: UInt32, _ value: UInt32) -> UInt64 {
    UInt64(tag) << 32 | UInt64(value)
  }

  /// The slot that has the tag, or the empty one where it belongs.
  private func place(of tag: UInt32) -> Int {
    var place = home(tag)
    while slots[place] != Self.empty, UInt32(truncatingIfNeeded: slots[place] >> 32) != tag {
      place = (place + 1) & (slots.count - 1)
    }
    return place
  }

  private mutating func closeUp(_ removed: Int) {
    let mask = slots.count - 1
    var gap = removed
    var place = removed
    while true {
      place = (place + 1) & mask
      let slot = slots[place]
      if slot == Self.empty { break }
      let home = home(UInt32(truncatingIfNeeded: slot >> 32))
      if (place - home) & mask >= (place - gap) & mask {
        slots[gap] = slot
        gap = place
      }
    }
    slots[gap] = Self.empty
    count -= 1
  }

  private mutating func grow() {
    let old = slots
    precondition(shift > 1, "a band table has at most 2^31 slots")
    shift -= 1
    slots = [UInt64](repeating: Self.empty, count: old.count * 2)
    for slot in old where slot != Self.empty {
      slots[place(of: UInt32(truncatingIfNeeded: slot >> 32))] = slot
    }
  }
}
