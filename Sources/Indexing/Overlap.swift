// Exact comparison of two ascending lists of hashes, and what can be said before it.
//
// With a = |A|, b = |B|, i = |A∩B|, the Jaccard similarity is i / (a + b − i). A bar p/q is reached
// when i·q ≥ p·(a + b − i), that is i ≥ p·(a + b) / (p + q), rounded up. Three tests in order of cost,
// each exact in the sense that it never drops a pair that reaches the bar:
//
//   length   i ≤ min(a, b)
//   parity   i ≤ (a + b − d) / 2, d = number of ones in parity(A) ^ parity(B): a bit of a parity
//            bitmap tells whether an odd number of the hashes fall there, common ones cancel, and
//            each one that is left proves a hash that is in one set only
//   merge    until the hashes that are left cannot reach the bar
//
// Example: a = b = 100 at 4/5: i ≥ 4·200/9 → 89. Of 22 or fewer differing hashes nearly all show up
// in 256 bits of parity; two unrelated texts differ in about 100 bits, so i ≤ 50, and no merge.

/// A fraction that an overlap is measured against; 0/1 lets everything through.
struct Bar {
  let numerator: Int
  let denominator: Int

  /// Whether so many common hashes of sets with `total` hashes together reach the bar.
  @inline(__always)
  func isReached(common: Int, total: Int) -> Bool {
    // Counts have 32 bits and terms 30: nothing overflows.
    common &* denominator >= numerator &* (total &- common)
  }

  /// The fewest common hashes that reach the bar.
  func required(total: Int) -> Int {
    let divisor = numerator + denominator
    return (numerator * total + divisor - 1) / divisor
  }
}

/// 256 bits of parity of a hash list: the bit that the upper 8 bits of a hash name is flipped by it.
/// All hashes are kept with their upper 24 bits at least.
struct Parity: Equatable {
  private var w0: UInt64 = 0
  private var w1: UInt64 = 0
  private var w2: UInt64 = 0
  private var w3: UInt64 = 0

  /// - Precondition: the hashes ascend, so that those of one word stand together.
  /// - Complexity: O(n).
  init(of hashes: [UInt32]) {
    let hashes = hashes.span
    var index = 0
    w0 = Self.word(0, of: hashes, from: &index)
    w1 = Self.word(1, of: hashes, from: &index)
    w2 = Self.word(2, of: hashes, from: &index)
    w3 = Self.word(3, of: hashes, from: &index)
  }

  @inline(__always)
  private static func word(
    _ number: UInt32, of hashes: Span<UInt32>, from index: inout Int
  ) -> UInt64 {
    var word: UInt64 = 0
    while index < hashes.count, hashes[unchecked: index] >> 30 == number {
      word ^= 1 << UInt64(hashes[unchecked: index] >> 24 & 63)
      index += 1
    }
    return word
  }

  /// A lower bound of the number of hashes that are in only one of the lists.
  ///
  /// - Complexity: O(1).
  @inline(__always)
  func difference(_ other: Parity) -> Int {
    (w0 ^ other.w0).nonzeroBitCount &+ (w1 ^ other.w1).nonzeroBitCount
      &+ (w2 ^ other.w2).nonzeroBitCount &+ (w3 ^ other.w3).nonzeroBitCount
  }
}

package enum Overlap {
  /// Steps between two looks at whether the goal can still be reached.
  private static let stepsBetweenLooks = 16

  /// Number of common hashes of two ascending lists, or nil where it is below `required`.
  ///
  /// - Parameter mask: the bits of the first list's hashes that count; the second has no others.
  /// - Complexity: O(n + m), without a branch that depends on the hashes.
  package static func common(
    _ a: Span<UInt32>, _ b: Span<UInt32>, mask: UInt32 = .max, required: Int
  ) -> Int? {
    var (i, j, common) = (0, 0, 0)
    while true {
      let left = min(a.count - i, b.count - j)
      guard common + left >= required else { return nil }
      guard left > 0 else { return common }
      for _ in 0..<min(left, stepsBetweenLooks) {
        let (x, y) = (a[unchecked: i] & mask, b[unchecked: j])
        common += x == y ? 1 : 0
        i += x <= y ? 1 : 0
        j += y <= x ? 1 : 0
      }
    }
  }

  /// The slow twin of `common`: no early exit, one case after the other.
  package static func plainCommon(_ a: [UInt32], _ b: [UInt32]) -> Int {
    var (i, j, common) = (0, 0, 0)
    while i < a.count && j < b.count {
      if a[i] == b[j] { common += 1 }
      let (x, y) = (a[i], b[j])
      if x <= y { i += 1 }
      if y <= x { j += 1 }
    }
    return common
  }

  /// How many of the `size` smallest hashes of the union are in both lists, where one is or both
  /// are the smallest hashes of a larger set.
  ///
  /// - Precondition: the union has that many hashes.
  /// - Complexity: O(size).
  package static func commonInSample(
    _ a: Span<UInt32>, _ b: Span<UInt32>, mask: UInt32 = .max, size: Int
  ) -> Int {
    var (i, j, common) = (0, 0, 0)
    for _ in 0..<size {
      guard i < a.count, j < b.count else { return common }
      let (x, y) = (a[i] & mask, b[j])
      common += x == y ? 1 : 0
      i += x <= y ? 1 : 0
      j += y <= x ? 1 : 0
    }
    return common
  }
}
