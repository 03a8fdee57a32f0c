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

  private var hashes: [UInt64] = []
  private var sorted: [UInt64] = []
  private var starts: [UInt32] = []

  @inline(__always)
  mutating func append(_ hash: UInt64) {
    hashes.append(hash)
  }

  mutating func reserve(_ count: Int) {
    hashes.reserveCapacity(count)
  }

  /// The distinct hashes, ascending, as a set; the sorter is empty afterwards.
  ///
  /// - Complexity: O(n) expected, O(n log n) at worst.
  mutating func finish() -> ShingleSet {
    defer { clear() }
    guard !hashes.isEmpty else { return ShingleSet(hashes: [], count: 0, digest: 0) }
    if Self.scatter(hashes, into: &sorted, starts: &starts) {
      insertionPass()
    } else {
      sorted.replaceSubrange(0..<hashes.count, with: hashes)
      sorted[0..<hashes.count].sort()
    }
    let count = removeRepeats()
    let kept = count > ShingleSet.wholeMaximum ? ShingleSet.sampleCount : count
    let halves = sorted.withUnsafeBufferPointer { source in
      [UInt32](unsafeUninitializedCapacity: kept) { halves, initialized in
        for index in 0..<kept {
          halves.initializeElement(at: index, to: UInt32(truncatingIfNeeded: source[index] >> 32))
        }
        initialized = kept
      }
    }
    return ShingleSet(hashes: halves, count: count, digest: digest(count))
  }

  /// The exclusive-or of the distinct hashes, each mixed once more.
  private func digest(_ count: Int) -> UInt64 {
    let hashes = sorted.span
    var digest: UInt64 = 0
    for index in 0..<count { digest ^= Mixing.mixed(hashes[unchecked: index]) }
    return digest
  }

  /// Copies the hashes to `sorted` in the order of their bins; false where a bin overflows.
  private static func scatter(
    _ hashes: [UInt64], into sorted: inout [UInt64], starts: inout [UInt32]
  ) -> Bool {
    let count = hashes.count
    let binBits = min(22, max(1, Int.bitWidth - (count - 1).leadingZeroBitCount))
    let bins = 1 << binBits
    let shift = UInt64(64 - binBits)
    if sorted.count < count {
      sorted += repeatElement(0, count: count - sorted.count)
    }
    if starts.count < bins {
      starts += repeatElement(0, count: bins - starts.count)
    }
    let source = hashes.span
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

  private mutating func insertionPass() {
    let count = hashes.count
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

  /// Moves the distinct hashes to the front and returns their number.
  private mutating func removeRepeats() -> Int {
    let count = hashes.count
    var target = sorted.mutableSpan
    var kept = 1
    for index in 1..<count {
      let hash = target[unchecked: index]
      let isNew = hash != target[unchecked: kept - 1]
      target[unchecked: kept] = hash
      kept += isNew ? 1 : 0
    }
    return kept
  }

  private mutating func clear() {
    if hashes.count > Self.keptMaximum {
      hashes = []
      sorted = []
      starts = []
    } else {
      hashes.removeAll(keepingCapacity: true)
    }
  }
}
