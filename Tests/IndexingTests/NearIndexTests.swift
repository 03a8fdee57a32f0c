import Indexing
import Shingling
import Sketching
import Testing

struct NearIndexTests {
  private let threshold: Threshold

  init() throws {
    threshold = try #require(Threshold("0.8"))
  }

  @Test func `the closest match has the highest Jaccard, then the lowest ordinal`() {
    var bench = Bench(threshold)
    let text = ShingleSet(hashing: (0..<100).map { Mixing.mixed($0) })
    let near = ShingleSet(hashing: (0..<90).map { Mixing.mixed($0) })
    let far = ShingleSet(hashing: (0..<81).map { Mixing.mixed($0) })
    let below = ShingleSet(hashing: (0..<79).map { Mixing.mixed($0) })
    for set in [below, far, near, near] { bench.insert(set) }
    let found = bench.closest(text)
    #expect(found.match == Match(ordinal: 2, intersection: 90, union: 100, estimated: false))
    #expect(found.highest == found.match)
    #expect(bench.matches(text).map(\.ordinal) == [2, 3, 1])
    #expect(bench.matches(text, excluding: 2).map(\.ordinal) == [3, 1])
    #expect(bench.closest(text, excluding: 2).match?.ordinal == 3)
    for ordinal in [UInt32(1), 2, 3] { bench.index.remove(ordinal) }
    #expect(bench.closest(text).match == nil)
    let highest = bench.closest(text, depth: .closest)
    #expect(highest.match == nil)
    #expect(highest.highest == Match(ordinal: 0, intersection: 79, union: 100, estimated: false))
  }

  @Test func `a similarity is cut to four digits`() {
    let twoThirds = Match(ordinal: 0, intersection: 2, union: 3, estimated: false)
    #expect(twoThirds.similarityTenThousandths == 6_666)
    let one = Match(ordinal: 0, intersection: 7, union: 7, estimated: false)
    #expect(one.similarityTenThousandths == 10_000)
  }

  @Test func `an empty set has an ordinal and no match`() {
    var bench = Bench(threshold)
    let empty = ShingleSet(hashing: [])
    #expect(bench.insert(empty) == 0)
    #expect(bench.insert(empty) == 1)
    #expect(bench.closest(empty, depth: .closest).highest == nil)
    #expect(bench.matches(empty).isEmpty)
    bench.index.remove(0)
    bench.index.checkInvariants()
    #expect(bench.index.statistics.liveEntries == 1)
  }

  /// Families of similar sets, inserted and removed at random, against a list of all of them.
  @Test(arguments: [UInt64(1), 2, 3])
  func `searches equal brute force through insertions and removals`(seed: UInt64) {
    var random = SplitMix(seed: seed)
    var bench = Bench(threshold)
    var live: [UInt32: ShingleSet] = [:]
    for step in 0..<600 {
      let set = bench.member(family: random.next() % 5, using: &random)
      if step % 3 == 2, let ordinal = live.keys.sorted().randomElement(using: &random) {
        bench.index.remove(ordinal)
        live[ordinal] = nil
      } else {
        live[bench.insert(set)] = set
      }
      let probe = bench.member(family: random.next() % 5, using: &random)
      let candidates = bench.candidates(of: probe, among: live)
      let expected = candidates.filter {
        threshold.isReached(intersection: $0.intersection, union: $0.union)
      }
      #expect(bench.matches(probe) == expected)
      #expect(bench.closest(probe).match == expected.first)
      #expect(bench.closest(probe, depth: .closest).highest == candidates.first)
      if step % 50 == 0 { bench.index.checkInvariants() }
    }
    for ordinal in live.keys.sorted() { bench.index.remove(ordinal) }
    bench.index.checkInvariants()
    #expect(bench.index.statistics.buckets == 0)
    #expect(bench.index.statistics.liveEntries == 0)
  }

  @Test func `one crowded bucket shrinks to nothing again`() {
    var bench = Bench(threshold)
    let set = ShingleSet(hashing: (0..<50).map { Mixing.mixed($0) })
    for _ in 0..<300 { bench.insert(set) }
    // 64 in the bucket, the others in its overflow.
    #expect(bench.index.statistics.largestBucket == 236)
    #expect(bench.matches(set).count == 300)
    for ordinal in UInt32(0)..<299 { bench.index.remove(ordinal) }
    #expect(bench.matches(set).map(\.ordinal) == [299])
    bench.index.checkInvariants()
  }

  @Test func `the memory of removed examples is used again`() {
    var bench = Bench(threshold)
    var random = SplitMix(seed: 9)
    var bytes = 0
    for round in 0..<8 {
      for _ in 0..<400 {
        let ordinal = bench.insert(ShingleSet(hashing: (0..<1_000).map { _ in random.next() }))
        if ordinal >= 200 { bench.index.remove(ordinal - 200) }
      }
      if round == 3 { bytes = bench.index.statistics.bytesHeld }
    }
    // Ordinals are not used again, so 52 bytes an ordinal remain; the hashes would be 4,000.
    #expect(bench.index.statistics.bytesHeld < bytes + 1_200_000)
    bench.index.checkInvariants()
  }
}
