// The buckets of all bands, and what keeps templates from flooding them.
//
// Rows made from one template share most of their shingles. A pair at a Jaccard similarity of 0.7
// shares a band with probability 0.98 and is no duplicate, so each row would meet all others in some
// bucket and be compared with them: n rows, n²/2 comparisons. What tells such rows apart is what is
// rare in them. So:
//
//   hot      a bucket that has `hotLength` ordinals takes no more; what comes later goes to its
//            overflow, one list a class of sizes, and all shingles of that row go to the table of
//            rare shingles
//   rare     shingle → the rows of overflows that have it; a shingle with `commonLength` rows is
//            common from then on: its list is given up, for good
//   search   the rows in the buckets, as ever; and where one of them is hot, all rows that share a
//            rare shingle with the text. A row of an overflow that shares none shares common shingles
//            only, so it matches only if the text has enough of them: c common shingles reach the
//            threshold t = p/q with rows of at most c·(p+q)/p − n shingles (n is the text's number).
//            Only overflows of such sizes are looked through.
//
// Nothing is lost by this: a match in an overflow shares a rare shingle, or is small enough to be
// looked through. (A shingle that is rare now was rare when the row came, since common ones stay so;
// so the row is in its list.) What is not looked at is below the threshold, and therefore does not
// count for the diversity either.
//
// Example: a template of 100 shingles of which a row keeps 85. Threshold 0.8, p+q = 9, p = 4: 85 common
// ones reach rows of 85·9/4 − 100 = 91 shingles at most; all rows have 100, so no overflow is looked
// through, and a row costs what its 15 rare shingles bring.

internal import Containers
internal import Shingling
internal import Sketching

/// Which ordinals share a bucket with a text.
final class BandIndex {
  /// Ordinals in a bucket before it overflows.
  static let hotLength = 64
  /// Rows with a shingle before it is common.
  static let commonLength = 32
  /// Larger sets stay out of overflows: their samples obey other bounds.
  static let overflowCountMaximum = ShingleSet.sampleCount

  let buckets = OrdinalTable(segmentBits: 12)
  private let rare = OrdinalTable(segmentBits: 10)
  /// Whether any bucket has ever overflowed.
  private(set) var hasOverflows = false

  var byteCount: Int { buckets.byteCount + rare.byteCount }
  var bucketCount: Int { buckets.bucketCount }

  // MARK: Searching

  /// Asks the memory for what a search will look at first.
  func prefetch(_ bandKeys: [UInt64]) {
    for key in bandKeys { buckets.prefetch(key) }
  }

  /// Calls `body` with every ordinal that may match, some of them more than once.
  func forEachCandidate(
    _ shingles: ShingleSet, _ bandKeys: [UInt64], _ threshold: Threshold, _ body: (UInt32) -> Void
  ) {
    var isHot = false
    for key in bandKeys {
      if case .known(let length) = buckets.forEach(key, body), length >= Self.hotLength {
        isHot = true
      }
    }
    if isHot, hasOverflows {
      searchOverflows(shingles, bandKeys, threshold, body)
    }
  }

  private func searchOverflows(
    _ shingles: ShingleSet, _ bandKeys: [UInt64], _ threshold: Threshold, _ body: (UInt32) -> Void
  ) {
    let (p, q) = (threshold.numerator, threshold.denominator)
    let count = shingles.count
    var common = count
    if count <= Self.overflowCountMaximum {
      common = 0
      for hash in shingles.hashes { rare.prefetch(Self.rareKey(hash)) }
      for hash in shingles.hashes where rare.forEach(Self.rareKey(hash), body) == .givenUp {
        common += 1
      }
    }
    let least = (p * count + q - 1) / q
    // i ≥ p·(a + b)/(p + q) with i = common, solved for b.
    let most = min(common * (p + q) / p - count, count * q / p, Self.overflowCountMaximum)
    guard least <= most else { return }
    for sizeClass in Self.sizeClass(least)...Self.sizeClass(most) {
      for key in bandKeys where buckets.length(key) >= Self.hotLength {
        buckets.forEach(Self.overflowKey(key, sizeClass), body)
      }
    }
  }

  // MARK: Changing

  /// Puts an ordinal into its buckets.
  /// - Complexity: O(bands) expected, and O(shingles) for one that meets a hot bucket.
  func insert(_ ordinal: UInt32, _ shingles: ShingleSet, _ bandKeys: [UInt64]) {
    let most = Self.bucketMaximum(shingles.count)
    var hot: [UInt64] = []
    for key in bandKeys where !buckets.insert(ordinal, key, most: most) { hot.append(key) }
    if !hot.isEmpty { overflow(ordinal, shingles, hot) }
  }

  /// How many ordinals a bucket may have that takes one of a set of so many shingles.
  static func bucketMaximum(_ count: Int) -> Int {
    count <= overflowCountMaximum ? hotLength : .max
  }

  /// Puts an ordinal that found these buckets full into their overflows.
  func overflow(_ ordinal: UInt32, _ shingles: ShingleSet, _ keys: some Sequence<UInt64>) {
    hasOverflows = true
    for key in keys {
      buckets.insert(ordinal, Self.overflowKey(key, Self.sizeClass(shingles.count)))
    }
    for hash in shingles.hashes {
      rare.insertOrGiveUp(ordinal, Self.rareKey(hash), most: Self.commonLength)
    }
  }

  /// Takes an ordinal out of its buckets.
  /// - Complexity: O(shingles + ordinals of its buckets).
  func remove(_ ordinal: UInt32, _ shingles: ShingleSet, _ bandKeys: [UInt64]) {
    for key in bandKeys {
      let overflow = Self.overflowKey(key, Self.sizeClass(shingles.count))
      if !(hasOverflows && buckets.remove(ordinal, overflow)) { removeFromBucket(ordinal, key) }
    }
    guard hasOverflows else { return }
    // It may have been moved out of its overflows; common shingles have no list any more.
    for hash in shingles.hashes { _ = rare.remove(ordinal, Self.rareKey(hash)) }
  }

  private func removeFromBucket(_ ordinal: UInt32, _ key: UInt64) {
    let wasHot = buckets.length(key) >= Self.hotLength
    let removed = buckets.remove(ordinal, key)
    precondition(removed, "ordinal \(ordinal) is missing from its bucket")
    guard wasHot, hasOverflows, let next = anyOverflowed(key) else { return }
    // A bucket with an overflow stays full, or nobody would look for the overflow.
    buckets.insert(next.ordinal, key)
    _ = buckets.remove(next.ordinal, Self.overflowKey(key, next.sizeClass))
  }

  /// The ordinal that came first into the overflow of a bucket, and its class.
  private func anyOverflowed(_ key: UInt64) -> (ordinal: UInt32, sizeClass: Int)? {
    var found: (ordinal: UInt32, sizeClass: Int)?
    for sizeClass in Self.sizeClass(1)...Self.sizeClass(Self.overflowCountMaximum) {
      buckets.forEach(Self.overflowKey(key, sizeClass)) { ordinal in
        if found.map({ ordinal < $0.ordinal }) ?? true { found = (ordinal, sizeClass) }
      }
    }
    return found
  }

  // MARK: Keys

  /// Of a hash only the upper 24 bits are looked at: they are kept of every one.
  @inline(__always)
  private static func rareKey(_ hash: UInt32) -> UInt64 {
    Mixing.mixed(UInt64(hash >> 8) ^ 0xA24B_AED4_963E_E407)
  }

  /// Of a band key only the upper half is looked at, which is what is stored.
  private static func overflowKey(_ key: UInt64, _ sizeClass: Int) -> UInt64 {
    Mixing.mixed(key >> 32 &+ UInt64(sizeClass) &* Mixing.golden)
  }

  /// A number that grows with the size: 16 classes from one power of two to the next.
  static func sizeClass(_ count: Int) -> Int {
    let bits = Int.bitWidth - count.leadingZeroBitCount
    return bits <= 5 ? count : bits * 16 + (count >> (bits - 5)) - 64
  }

  // MARK: Looking at it

  /// Whether one of the buckets is hot.
  func isCrowded(_ bandKeys: [UInt64]) -> Bool {
    bandKeys.contains { buckets.length($0) >= Self.hotLength }
  }

  /// Whether the ordinal is in the bucket or in its overflow.
  func holds(_ ordinal: UInt32, _ shingles: ShingleSet, _ key: UInt64) -> Bool {
    var isThere = false
    buckets.forEach(key) { isThere = isThere || $0 == ordinal }
    buckets.forEach(Self.overflowKey(key, Self.sizeClass(shingles.count))) {
      isThere = isThere || $0 == ordinal
    }
    return isThere
  }

  /// Ordinals in the fullest bucket that there has been, overflows counted apart.
  var largestBucket: Int { buckets.longest }

  /// Ordinals in all buckets, each as often as it is in one.
  /// - Complexity: O(buckets).
  var ordinalCount: Int {
    var total = 0
    buckets.forEachLength { total += $0 }
    return total
  }

  func checkInvariants() {
    buckets.checkInvariants()
    rare.checkInvariants()
  }
}
