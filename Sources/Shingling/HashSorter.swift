/// Collects 64-bit hashes and sorts them by one scatter and one insertion pass.
///
/// Hashes are uniform, so their top bits tell almost where each belongs: with as many bins as hashes
/// a bin holds one on average, and the insertion pass moves each by a step or so. Should a bin
/// overflow (somebody made the hashes collide on purpose), the library's sort does the work instead.
struct HashSorter {
  /// The most hashes in a bin that are left to the insertion pass.
  private static let binMaximum = 32

  /// Scratch of more hashes than this is given back after use.
  private static let keptMaximum = 1 << 17

  /// Scratch, as are the others: longer than what is in them.
  private var hashes: [UInt64] = []
  private var sorted: [UInt64] = []
  private var starts: [UInt32] = []

  /// The distinct ones of `count` hashes, ascending, as a set.
  ///
  /// - Parameter fill: writes the hashes to the front of what it is given, which is at least as long.
  /// - Complexity: O(n) expected, O(n log n) at worst.
  mutating func set(of count: Int, _ fill: (inout MutableSpan<UInt64>) -> Void) -> ShingleSet {
    guard count > 0 else { return ShingleSet(hashes: [], count: 0, digest: 0) }
    if hashes.count < count { hashes += repeatElement(0, count: count - hashes.count) }
    if sorted.count < count { sorted += repeatElement(0, count: count - sorted.count) }
    var room = hashes.mutableSpan
    fill(&room)
    defer { giveBackScratch() }
    let source = hashes
    if Self.scatter(source.span.extracting(first: count), into: &sorted, starts: &starts) {
      insertionPass(count)
    } else {
      sorted.replaceSubrange(0..<count, with: source[0..<count])
      sorted[0..<count].sort()
    }
    return finish(count)
  }

  /// The set of the first hashes of `sorted`.
  private mutating func finish(_ sortedCount: Int) -> ShingleSet {
    let (count, digest) = removeRepeats(sortedCount)
    let kept = count > ShingleSet.wholeMaximum ? ShingleSet.sampleCount : count
    let halves = sorted.withUnsafeBufferPointer { source in
      [UInt32](unsafeUninitializedCapacity: kept) { halves, initialized in
        for index in 0..<kept {
          halves.initializeElement(at: index, to: UInt32(truncatingIfNeeded: source[index] >> 32))
        }
        initialized = kept
      }
    }
    return ShingleSet(hashes: halves, count: count, digest: digest)
  }

  /// Copies the hashes to `sorted` in the order of their bins; false where a bin overflows.
  private static func scatter(
    _ source: Span<UInt64>, into sorted: inout [UInt64], starts: inout [UInt32]
  ) -> Bool {
    let count = source.count
    let binBits = min(22, max(1, Int.bitWidth - (count - 1).leadingZeroBitCount))
    let bins = 1 << binBits
    let shift = UInt64(64 - binBits)
    if starts.count < bins {
      starts += repeatElement(0, count: bins - starts.count)
    }
    var target = sorted.mutableSpan
    var counts = starts.mutableSpan
    for bin in 0..<bins { counts[unchecked: bin] = 0 }
    for index in 0..<count {
      counts[unchecked: Int(source[unchecked: index] >> shift)] &+= 1
    }
    var next: UInt32 = 0
    var largest: UInt32 = 0
    for bin in 0..<bins {
      let size = counts[unchecked: bin]
      counts[unchecked: bin] = next
      next &+= size
      largest = max(largest, size)
    }
    guard largest <= binMaximum + count / bins * 2 else { return false }
    for index in 0..<count {
      let hash = source[unchecked: index]
      let bin = Int(hash >> shift)
      target[unchecked: Int(counts[unchecked: bin])] = hash
      counts[unchecked: bin] &+= 1
    }
    return true
  }

  private mutating func insertionPass(_ count: Int) {
    var target = sorted.mutableSpan
    var index = 1
    while index < count {
      let hash = target[unchecked: index]
      var place = index
      while place > 0, target[unchecked: place - 1] > hash {
        target[unchecked: place] = target[unchecked: place - 1]
        place -= 1
      }
      target[unchecked: place] = hash
      index += 1
    }
  }

  /// Moves the distinct ones of the first hashes to the front; their number and exclusive-or.
  private mutating func removeRepeats(_ count: Int) -> (kept: Int, digest: UInt64) {
    var target = sorted.mutableSpan
    var kept = 1
    var digest = target[unchecked: 0]
    for index in 1..<count {
      let hash = target[unchecked: index]
      let isNew = hash != target[unchecked: kept - 1]
      target[unchecked: kept] = hash
      kept += isNew ? 1 : 0
      digest ^= isNew ? hash : 0
    }
    return (kept, digest)
  }

  private mutating func giveBackScratch() {
    guard hashes.count > Self.keptMaximum else { return }
    hashes = []
    sorted = []
    starts = []
  }
}
