// All buckets of two or more ordinals, of all bands, in one array of words.
//
//   block    header, ordinal, ordinal, … : 4, 8, 16, … words, the size class c gives 4 << c
//   header   c << 27 | number of ordinals
//   free     header c << 27, then the handle of the next free block of the class, or `none`
//
// A handle is the block's first word divided by four. Ordinals are ascending. A list that outgrows
// its block moves to one of the next class; a block that is given up is used again.

/// Growing lists of ordinals.
struct PostingArena {
  static let none = UInt32.max

  private static let classShift: UInt32 = 27
  private static let countMask: UInt32 = 1 << 27 - 1

  private(set) var words: [UInt32] = []
  private var freeBlocks = [UInt32](repeating: none, count: 28)

  /// A new list of two ordinals, ascending.
  ///
  /// - Complexity: O(1) amortized.
  mutating func make(_ first: UInt32, _ second: UInt32) -> UInt32 {
    let block = allocate(0)
    let start = Int(block) * 4
    words[start] = 2
    words[start + 1] = first
    words[start + 2] = second
    return block
  }

  /// Number of ordinals in a list.
  @inline(__always)
  func count(_ block: UInt32) -> Int {
    Int(words[Int(block) * 4] & Self.countMask)
  }

  /// Where the ordinals of a list are in `words`.
  @inline(__always)
  func range(_ block: UInt32) -> Range<Int> {
    let first = Int(block) * 4 + 1
    return first..<first + count(block)
  }

  /// Adds an ordinal above all others; returns where the list is now.
  ///
  /// - Complexity: O(1) amortized.
  mutating func append(_ ordinal: UInt32, to block: UInt32) -> UInt32 {
    let range = range(block)
    let sizeClass = sizeClass(block)
    if words[range.upperBound - 1] == ordinal { return block }
    precondition(words[range.upperBound - 1] < ordinal, "ordinals arrive in ascending order")
    var target = block
    if range.count + 1 == 4 << sizeClass {
      target = allocate(sizeClass + 1)
      for offset in 0..<range.count {
        words[Int(target) * 4 + 1 + offset] = words[range.lowerBound + offset]
      }
      words[Int(target) * 4] |= UInt32(range.count)
      release(block)
    }
    words[Int(target) * 4 + 1 + range.count] = ordinal
    words[Int(target) * 4] += 1
    return target
  }

  /// Takes an ordinal out; false if it was not there.
  ///
  /// - Complexity: O(length of the list).
  mutating func remove(_ ordinal: UInt32, from block: UInt32) -> Bool {
    let range = range(block)
    guard let place = words[range].firstIndex(of: ordinal) else { return false }
    for position in place..<range.upperBound - 1 { words[position] = words[position + 1] }
    words[Int(block) * 4] -= 1
    return true
  }

  /// Gives a block up.
  ///
  /// - Complexity: O(1).
  mutating func release(_ block: UInt32) {
    let sizeClass = sizeClass(block)
    words[Int(block) * 4] = UInt32(sizeClass) << Self.classShift
    words[Int(block) * 4 + 1] = freeBlocks[sizeClass]
    freeBlocks[sizeClass] = block
  }

  /// Calls `body` with every block, free ones too, which have no ordinals.
  ///
  /// - Complexity: O(number of blocks).
  func forEachBlock(_ body: (UInt32) -> Void) {
    var start = 0
    while start < words.count {
      let block = UInt32(start / 4)
      body(block)
      start += 4 << sizeClass(block)
    }
  }

  private func sizeClass(_ block: UInt32) -> Int {
    Int(words[Int(block) * 4] >> Self.classShift)
  }

  private mutating func allocate(_ sizeClass: Int) -> UInt32 {
    let header = UInt32(sizeClass) << Self.classShift
    let free = freeBlocks[sizeClass]
    if free != Self.none {
      freeBlocks[sizeClass] = words[Int(free) * 4 + 1]
      words[Int(free) * 4] = header
      return free
    }
    let block = words.count / 4
    precondition(block < Int(BandTable.listFlag - 1), "too many postings")
    words.append(header)
    words += repeatElement(0, count: 4 << sizeClass - 1)
    return UInt32(block)
  }
}
