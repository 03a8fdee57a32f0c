// Many values at once. One after another they wait for memory, each in another segment; in the order of
// their keys a segment is read and written once for all of them, in one pass.

extension TagTable {
  /// A key and what somebody wants to know of it, in one word: the upper 32 bits of the key, then 32 bits
  /// of the caller's. These bits of a key are all that a table of up to 2^12 segments looks at.
  package typealias KeyedWord = UInt64

  /// Adds the values for many keys, of which each has at most one afterwards.
  ///
  /// - Parameters:
  ///   - words: in ascending order of their keys.
  ///   - value: what is to stand for the words of one key and for the value that it had.
  /// - Precondition: the table has at most 2^12 segments, and no key more than one value.
  /// - Complexity: O(words + slots of the segments that they go to).
  package func merge(
    _ words: Span<KeyedWord>, value: (_ had: UInt32?, _ words: Range<Int>) -> UInt32
  ) {
    precondition(segmentBits <= 12, "a word has 32 bits of its key")
    var merged: [UInt64] = []
    var start = 0
    while start < words.count {
      let index = segmentIndex(words[unchecked: start])
      var end = start + 1
      while end < words.count, segmentIndex(words[unchecked: end]) == index { end += 1 }
      merge(words, start..<end, in: index, &merged, value)
      start = end
    }
  }

  private func merge(
    _ words: Span<KeyedWord>, _ range: Range<Int>, in index: Int, _ merged: inout [UInt64],
    _ value: (UInt32?, Range<Int>) -> UInt32
  ) {
    let old = segments[index]
    merged.removeAll(keepingCapacity: true)
    merged.reserveCapacity(old.count + range.count)
    var place = 0
    /// The next slot of the old segment, `empty` at its end.
    func nextSlot() -> UInt64 {
      guard old.capacity > 0 else { return Self.empty }
      while place < old.capacity + Self.overflowSlots {
        let slot = Self.load(old.pages.base, place)
        place += 1
        if slot != Self.empty { return slot }
      }
      return Self.empty
    }
    var slot = nextSlot()
    var start = range.lowerBound
    while start < range.upperBound {
      let tag = tag(words[unchecked: start])
      var end = start + 1
      while end < range.upperBound, self.tag(words[unchecked: end]) == tag { end += 1 }
      while slot >> 28 < tag {
        merged.append(slot)
        slot = nextSlot()
      }
      var had: UInt32?
      if slot != Self.empty, slot >> 28 == tag {
        had = Self.value(slot)
        slot = nextSlot()
      }
      let new = value(had, start..<end)
      precondition(new < Self.valueLimit - 1, "a value has 28 bits")
      merged.append(tag << 28 | UInt64(new))
      start = end
    }
    while slot != Self.empty {
      merged.append(slot)
      slot = nextSlot()
    }
    replace(index, with: merged)
  }

  private func replace(_ index: Int, with slots: [UInt64]) {
    let old = segments[index]
    // Segments fill evenly; full to 74 to 86 %, they grow one after another later.
    let load = 74 + (index * 12) >> segmentBits
    var capacity = max(4, old.capacity, slots.count * 100 / load)
    var writer = SegmentWriter(capacity: capacity)
    while !slots.allSatisfy({ writer.append($0) }) {
      writer.segment.pages.free()
      capacity += capacity / 3 + 1
      writer = SegmentWriter(capacity: capacity)
    }
    count += slots.count - old.count
    segments[index] = writer.segment
    if old.capacity > 0 { old.pages.free() }
  }
}
