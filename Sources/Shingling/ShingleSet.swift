// What is kept of a text to compare it with others: its distinct shingle hashes, cut to 32 bits.
//
// A shingle is hashed to 64 well-mixed bits; distinct ones are counted at that width (n shingles of
// one text collide with probability n²/2^65) and then cut to their upper halves, which keeps the
// order. Comparing two sets, a shingle of one equals a foreign one of the other with probability
// |B|/2^32, so that an intersection is too high by |A|·|B|/2^32 on average: 2·10^-6 of a shingle for
// texts of 100 shingles, 0.002 for 3,000, a quarter for the largest sets that are stored whole.
//
// Sets above `wholeMaximum` are represented by their `sampleCount` smallest hashes (bottom-k:
// Cohen and Kaplan, "Summarizing data using bottom-k sketches", 2007). Of two such sets, or of one
// and a whole set, the Jaccard similarity is estimated on the k smallest hashes of the union, all of
// which both representations show: how many of these k are in both, divided by k. Its standard error
// is √(J(1−J)/k), 0.006 at J = 0.8.

/// The distinct shingle hashes of one text, ascending, or a bottom-k sample of them.
package struct ShingleSet: Sendable, Equatable {
  /// The most shingles that are kept and compared one by one.
  package static let wholeMaximum = 32_768

  /// How many hashes stand for a set larger than `wholeMaximum`.
  package static let sampleCount = 4_096

  /// Number of distinct shingles of the text, also where `hashes` is a sample.
  package let count: Int

  /// Upper halves of the distinct 64-bit hashes, ascending; two shingles with equal halves are both
  /// listed. `count` of them, or `sampleCount` where the set is a sample.
  package let hashes: [UInt32]

  /// Exclusive-or of all distinct 64-bit hashes: two sets with equal ones are equal, but for one pair in
  /// 2^64; in 2^32, if their halves in `hashes` are equal as well. Cut hashes cannot tell two texts of one shingle each apart often
  /// enough: at 32 bits a hundred pairs among a million would be taken for one text.
  package let digest: UInt64

  /// Whether `hashes` is the bottom-k sample of a larger set.
  package var isSample: Bool { hashes.count < count }

  package var isEmpty: Bool { count == 0 }

  /// A set as it was stored.
  ///
  /// - Precondition: `hashes` is ascending, and has `count` elements or is the sample of a set above
  ///   `wholeMaximum`.
  package init(hashes: [UInt32], count: Int, digest: UInt64) {
    precondition(
      hashes.count == count && count <= Self.wholeMaximum
        || hashes.count == Self.sampleCount && count > Self.wholeMaximum,
      "\(hashes.count) hashes cannot stand for \(count) shingles")
    self.hashes = hashes
    self.count = count
    self.digest = digest
  }

  /// The set of these 64-bit hashes, in any order and with repeats.
  ///
  /// - Complexity: O(n) expected.
  package init(hashing hashes: [UInt64]) {
    var sorter = HashSorter()
    self = sorter.set(of: hashes.count) { room in
      for index in hashes.indices { room[index] = hashes[index] }
    }
  }
}
