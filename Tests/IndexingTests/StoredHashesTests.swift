import Indexing
import Shingling
import Sketching
import Testing

@Suite struct StoredHashesTests {
  /// What comes back is what went in, cut to the bits that are kept: enough that a
  /// shingle equals a foreign one of n with probability below 2^-18.
  @Test(arguments: [
    1, 2, 3, 60, 63, 64, 65, 100, 128, 129, 1_000, 4_096, 4_097, 16_385, 32_768, 40_000,
  ])
  func `stored hashes come back as wide as they are kept`(_ count: Int) throws {
    var random = SplitMix(seed: UInt64(count))
    let set = ShingleSet(hashing: (0..<count).map { _ in random.next() })
    let threshold = try #require(Threshold(numerator: 4, denominator: 5))
    let index = NearIndex(threshold: threshold)
    var sketcher = Sketcher(threshold: threshold, key: .published)
    let ordinal = index.insert(set, bandKeys: sketcher.bandKeys(of: set))
    let stored = index.shingles(of: ordinal)
    #expect(stored.count == set.count)
    let n = set.hashes.count
    let bits = n <= 1 ? 0 : Int.bitWidth - (n - 1).leadingZeroBitCount
    let mask = UInt32.max << UInt32(n <= 64 ? 0 : 32 - min(32, bits + 18))
    #expect(stored.hashes == set.hashes.map { $0 & mask })
    #expect(sketcher.bandKeys(of: stored) == sketcher.bandKeys(of: set))
    let found = index.closest(to: set, bandKeys: sketcher.bandKeys(of: set)).match
    #expect(found?.ordinal == ordinal)
    index.checkInvariants()
  }

  @Test func `a set that equals another as far as hashes are kept is not taken for it`() throws {
    let threshold = try #require(Threshold(numerator: 4, denominator: 5))
    let index = NearIndex(threshold: threshold)
    var sketcher = Sketcher(threshold: threshold, key: .published)
    // One shingle each; the hashes differ in their lower halves only.
    let (one, other) = (ShingleSet(hashing: [5 << 40]), ShingleSet(hashing: [5 << 40 | 1]))
    #expect(one.hashes == other.hashes)
    let ordinal = index.insert(one, bandKeys: sketcher.bandKeys(of: one))
    #expect(index.closest(to: other, bandKeys: sketcher.bandKeys(of: other)).match == nil)
    #expect(index.closest(to: one, bandKeys: sketcher.bandKeys(of: one)).match?.ordinal == ordinal)
  }
}
