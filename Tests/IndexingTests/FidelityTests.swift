import Indexing
import Shingling
import Sketching
import Testing

/// Probability, tested as probability: fixed seeds, bounds from the binomial.
struct FidelityTests {
  private let isDebug = _isDebugAssertConfiguration()
  private let threshold: Threshold

  init() throws {
    threshold = try #require(Threshold("0.8"))
  }

  /// Theory says 0.998 at the threshold and more above. With 300 pairs a size in debug builds and
  /// 2,000 in release builds, 0.99 over all is more than seven standard deviations below.
  @Test func `recall from 0.80 to 0.85 is at least 0.99 and precision is 1`() {
    var random = SplitMix(seed: 21)
    var bench = Bench(threshold)
    var (pairs, found, wrong) = (0, 0, 0)
    for union in [10, 20, 35, 50, 100, 200, 500] {
      let least = (union * 4 + 4) / 5
      for trial in 0..<(isDebug ? 300 : 2_000) {
        let above = Int.random(in: least...max(least, union * 84 / 100), using: &random)
        let isPair = trial % 4 != 0
        let pair = RandomPair(
          intersection: isPair ? above : least - 1, union: union, using: &random)
        let ordinal = bench.insert(pair.a)
        let matches = bench.matches(pair.b)
        pairs += isPair ? 1 : 0
        found += isPair && matches.map(\.ordinal) == [ordinal] ? 1 : 0
        wrong += !isPair && !matches.isEmpty ? 1 : 0
      }
    }
    #expect(wrong == 0)
    #expect(Double(found) >= 0.99 * Double(pairs), "\(found) of \(pairs)")
  }

  @Test(arguments: ["0.3", "0.5", "0.9", "1"])
  func `recall holds at other thresholds`(decimal: String) throws {
    let threshold = try #require(Threshold(decimal))
    var random = SplitMix(seed: 22)
    var bench = Bench(threshold)
    var found = 0
    let (trials, union) = (isDebug ? 300 : 2_000, 60)
    let least = (union * threshold.numerator + threshold.denominator - 1) / threshold.denominator
    for _ in 0..<trials {
      let pair = RandomPair(intersection: least, union: union, using: &random)
      let ordinal = bench.insert(pair.a)
      found += bench.closest(pair.b).match?.ordinal == ordinal ? 1 : 0
    }
    #expect(Double(found) >= 0.985 * Double(trials), "\(found) of \(trials)")
  }

  @Test func `texts of one to four tokens are found again and never confused`() {
    var shingler = Shingler(shingle: 3, key: .published)
    var bench = Bench(threshold)
    var random = SplitMix(seed: 23)
    var ordinals: [String: UInt32] = [:]
    while ordinals.count < (isDebug ? 2_000 : 10_000) {
      let count = Int.random(in: 1...4, using: &random)
      let text = (0..<count).map { _ in "w\(random.next() % 3_000)" }.joined(separator: " ")
      let match = bench.closest(shingler.set(text)).match
      #expect(match?.ordinal == ordinals[text], "\(text)")
      if match == nil { ordinals[text] = bench.insert(shingler.set(text)) }
    }
    for (text, ordinal) in ordinals {
      #expect(bench.closest(shingler.set(text)).match?.ordinal == ordinal)
    }
  }

  @Test func `unrelated texts are never called duplicates`() {
    var shingler = Shingler(shingle: 3, key: .published)
    var bench = Bench(threshold)
    var random = SplitMix(seed: 24)
    var wrong = 0
    for _ in 0..<(isDebug ? 5_000 : 100_000) {
      let count = Int.random(in: 5...80, using: &random)
      let text = (0..<count).map { _ in "w\(random.next() % 500)" }.joined(separator: " ")
      let set = shingler.set(text)
      if bench.closest(set).match != nil { wrong += 1 }
      bench.insert(set)
    }
    #expect(wrong == 0)
  }

  /// Above the limit the comparison is an estimate, with a standard error of 0.006.
  @Test func `large texts are matched on their samples and say so`() {
    var random = SplitMix(seed: 25)
    let limit = ShingleSet.wholeMaximum
    // Both sampled; one just below the limit inside one just above; both with room to spare.
    for (intersection, union) in [
      (90_000, 100_000), (limit - 500, limit + 4_000), (36_000, 40_000),
    ] {
      for nested in [false, true] {
        var bench = Bench(threshold)
        let pair = RandomPair(
          intersection: intersection, union: union, nested: nested, using: &random)
        #expect(pair.a.isSample || pair.b.isSample || !nested)
        bench.insert(pair.a)
        bench.index.checkInvariants()
        let match = bench.closest(pair.b).match
        #expect(match != nil)
        #expect(match?.estimated == (pair.a.isSample || pair.b.isSample))
        let expected = 10_000 * intersection / union
        #expect(abs((match?.similarityTenThousandths ?? 0) - expected) < 250)
        let same = bench.closest(pair.a).match
        #expect(same?.similarityTenThousandths == 10_000)
        bench.index.remove(0)
        bench.index.checkInvariants()
        #expect(bench.closest(pair.a).match == nil)
      }
    }
  }
}
