// Many values at once. One after another they wait for memory, each in another segment; in the order of
// their keys they come to one bucket after the other.

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
  /// - Complexity: O(words + entries of the segments that grow).
  package func merge(
    _ words: Span<KeyedWord>, value: (_ had: UInt32?, _ words: Range<Int>) -> UInt32
  ) {
    precondition(segmentBits <= 12, "a word has 32 bits of its key")
    var start = 0
    while start < words.count {
      let index = segmentIndex(words[unchecked: start])
      var end = start + 1
      while end < words.count, segmentIndex(words[unchecked: end]) == index { end += 1 }
      makeRoom(for: end - start, in: index)
      merge(words, start..<end, value)
      start = end
    }
  }

  private func merge(
    _ words: Span<KeyedWord>, _ range: Range<Int>, _ value: (UInt32?, Range<Int>) -> UInt32
  ) {
    var start = range.lowerBound
    while start < range.upperBound {
      let key = words[unchecked: start]
      let tag = tag(key)
      var end = start + 1
      while end < range.upperBound, self.tag(words[unchecked: end]) == tag { end += 1 }
      let had = first(key)
      let new = value(had, start..<end)
      if let had {
        let replaced = replace(key, had, with: new)
        precondition(replaced, "what was found is there")
      } else {
        insert(key, new)
      }
      start = end
    }
  }

  /// Lets a segment grow at once to what so many more entries need.
  private func makeRoom(for more: Int, in index: Int) {
    // Segments fill evenly; full to 74 to 86 %, they grow one after another later.
    let load = 74 + (index * 12) >> segmentBits
    let homes = (segments[index].count + more) * 100 / (load * Bucket.entryMaximum) + 1
    if homes > Int(segments[index].homes) { resize(index, homes: homes) }
  }
}
