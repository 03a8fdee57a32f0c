import Indexing
import Shingling
import Sketching
import Testing

/// An index that is made again from what was stored of another, many sets at once.
@Suite struct StoredSetsTests {
  /// Rows of templates, which overflow their buckets, between rows of families and short texts.
  private static func rows(seed: UInt64) throws -> [TemplateTests.Row] {
    var (_, rows) = try TemplateTests.rows(400, seed: seed)
    let threshold = try #require(Threshold(numerator: 4, denominator: 5))
    var bench = Bench(threshold)
    var random = SplitMix(seed: seed)
    for number in 0..<200 {
      let set =
        number % 10 == 0
        ? ShingleSet(hashing: (0..<(number % 4)).map { _ in random.next() % 3 })
        : bench.member(family: random.next() % 20, using: &random)
      rows.insert(
        TemplateTests.Row(set: set, keys: bench.sketcher.bandKeys(of: set)),
        at: Int(random.next() % UInt64(rows.count)))
    }
    return rows
  }

  /// - Parameter removals: of how many insertions one is followed by a removal; 0 is never.
  @Test(arguments: [0, 50, 3] as [UInt64], [51, 52] as [UInt64])
  func `it answers like the one that it comes from`(removals: UInt64, seed: UInt64) throws {
    let rows = try Self.rows(seed: seed)
    let threshold = try #require(Threshold(numerator: 4, denominator: 5))
    let original = NearIndex(threshold: threshold)
    let again = NearIndex(threshold: threshold)
    var sets = StoredSets()
    var sketcher = Sketcher(threshold: threshold, key: .published)
    var random = SplitMix(seed: seed + 100)
    var live: [UInt32] = []
    for row in rows {
      let ordinal = original.insert(row.set, bandKeys: row.keys)
      var bytes: [UInt8] = []
      original.encode(ordinal, to: &bytes)
      let stored = bytes.withUnsafeBytes { sets.append($0, &sketcher) }
      #expect(again.insert(try #require(stored), of: sets) == ordinal)
      live.append(ordinal)
      guard removals > 0, random.next() % removals == 0 else { continue }
      let gone = live.remove(at: Int(random.next() % UInt64(live.count)))
      original.remove(gone)
      again.remove(gone)
    }
    again.settle()
    again.checkInvariants()
    for row in rows {
      #expect(
        again.matches(to: row.set, bandKeys: row.keys)
          == original.matches(to: row.set, bandKeys: row.keys))
    }
    #expect(again.statistics.buckets == original.statistics.buckets)
    #expect(again.statistics.largestBucket == original.statistics.largestBucket)
    if removals == 0 { #expect(again.statistics.largestBucket >= 64, "buckets must overflow") }
  }

  @Test func `bytes that stand for no set are refused`() throws {
    let threshold = try #require(Threshold(numerator: 4, denominator: 5))
    var bench = Bench(threshold)
    var random = SplitMix(seed: 7)
    let set = bench.member(family: 1, using: &random)
    let ordinal = bench.insert(set)
    var bytes: [UInt8] = []
    bench.index.encode(ordinal, to: &bytes)
    var sets = StoredSets()
    func isTaken(_ bytes: [UInt8]) -> Bool {
      bytes.withUnsafeBytes { sets.append($0, &bench.sketcher) } != nil
    }
    #expect(isTaken(bytes))
    for count in 0..<bytes.count { #expect(!isTaken(Array(bytes[..<count])), "cut at \(count)") }
    #expect(!isTaken(bytes + [0]))
    var more = bytes
    more[8] += 1
    #expect(!isTaken(more), "another number of shingles")
    // A number that leaves no room for the mark of the removed.
    more = bytes
    more[11] = 0x80
    #expect(!isTaken(more))
  }
}
