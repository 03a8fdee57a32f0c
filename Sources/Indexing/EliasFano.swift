// Ascending hashes in about 20 bits each: Elias, "Efficient storage and retrieval by content and
// address of static files", 1974; Fano, "On the number of bits required to implement an associative
// memory", 1971.
//
//   width    w = min(32, b + 18) upper bits of a hash are kept, b = bits of n − 1, and all 32 for n up
//            to 64: a shingle equals a foreign one of n others with probability n / 2^w < 2^-18,
//            whatever n, and 2^-26 in short texts, where one shingle decides
//   lower    the lower l = w − b bits of each kept hash (18 for n above 64), packed
//   upper    for each, in unary, by how much its upper b bits exceed those before: n ones, at most 2^b
//            zeros
//   record   lower, then upper, each begun at a word of 32 bits; one word of padding for the reader
//
// 100 hashes: w = 25, l = 18, 1,800 + 228 bits, 256 bytes with the padding, instead of 400. The 24
// upper bits survive for every n; band keys and parity look at no others, so both can be made again
// from what is stored.
//
// Example, w = 4, b = 2, l = 2: 0001 0110 0111 → lower 01 10 11, upper 1 (0) 01 (1) 1 (1).

/// The shape of a record of so many hashes.
struct EliasFano {
  let count: Int
  /// Bits of a hash that are kept.
  let width: Int
  /// Of these, packed as they are.
  let lowerBits: Int
  private let upperBits: Int

  init(count: Int) {
    self.count = count
    upperBits = count <= 1 ? 0 : Int.bitWidth - (count - 1).leadingZeroBitCount
    width = count <= 64 ? 32 : min(32, upperBits + 18)
    lowerBits = width - upperBits
  }

  /// Which bits of a 32-bit hash are kept.
  var mask: UInt32 { UInt32.max << UInt32(32 - width) }

  private var lowerWords: Int { (count * lowerBits + 31) / 32 }

  /// Where in a record the upper bits stand.
  var upperWordRange: Range<Int> { count == 0 ? 0..<0 : lowerWords..<wordCount - 1 }

  /// Words of 32 bits in a record.
  var wordCount: Int { count == 0 ? 0 : lowerWords + (count + (1 << upperBits) + 31) / 32 + 1 }

  /// Appends the record of these hashes, of which there are `count`, ascending.
  ///
  /// - Complexity: O(n).
  func encode(_ hashes: Span<UInt32>, to words: inout [UInt32]) {
    guard count > 0 else { return }
    let start = words.count
    words += repeatElement(0, count: wordCount)
    let upperStart = start + lowerWords
    var target = words.mutableSpan
    let (drop, lowerSize) = (UInt32(32 - width), UInt32(lowerBits))
    let lowerMask = UInt64(1) << UInt64(lowerBits) - 1
    // Lower bits that do not fill a word yet.
    var (waiting, waitingBits, place) = (UInt64(0), 0, start)
    for index in 0..<count {
      let kept = hashes[unchecked: index] &>> drop
      waiting |= (UInt64(kept) & lowerMask) &<< UInt64(truncatingIfNeeded: waitingBits)
      waitingBits &+= lowerBits
      if waitingBits >= 32 {
        target[unchecked: place] = UInt32(truncatingIfNeeded: waiting)
        place &+= 1
        waiting >>= 32
        waitingBits &-= 32
      }
      let one = Int(truncatingIfNeeded: UInt64(kept) >> UInt64(lowerSize)) &+ index
      target[unchecked: upperStart &+ one >> 5] |= 1 &<< UInt32(truncatingIfNeeded: one)
    }
    if waitingBits > 0 { target[unchecked: place] = UInt32(truncatingIfNeeded: waiting) }
  }

  /// Reads a record: the hashes with what was not kept as zeros.
  ///
  /// - Complexity: O(n), about a nanosecond a hash.
  func decode(_ words: UnsafePointer<UInt32>, into hashes: inout [UInt32]) {
    hashes.removeAll(keepingCapacity: true)
    guard count > 0 else { return }
    let raw = UnsafeRawPointer(words)
    let upper = raw + 4 * lowerWords
    let lowerMask = UInt32(truncatingIfNeeded: UInt64(1) << UInt64(lowerBits) - 1)
    let drop = UInt32(32 - width)
    var word = 0
    var bits = upper.loadUnaligned(as: UInt32.self)
    var lowerBit = 0
    for index in 0..<count {
      while bits == 0 {
        word += 1
        bits = upper.loadUnaligned(fromByteOffset: 4 * word, as: UInt32.self)
      }
      let one = 32 * word + bits.trailingZeroBitCount
      bits &= bits - 1
      let packed = raw.loadUnaligned(fromByteOffset: 4 * (lowerBit >> 5), as: UInt64.self)
      let lower = UInt32(truncatingIfNeeded: packed >> UInt64(lowerBit & 31)) & lowerMask
      lowerBit += lowerBits
      hashes.append((UInt32(one - index) << UInt32(lowerBits) | lower) << drop)
    }
  }
}
