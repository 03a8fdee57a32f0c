import Shingling
import Testing

struct ShingleSetTests {
  @Test func `hashes are sorted and distinct for every size`() {
    var random = SplitMix(seed: 3)
    for count in Array(0...70) + [127, 128, 129, 1_000, 32_768] {
      let distinct = (0..<count).map { _ in random.next() }
      let repeated = distinct + distinct.prefix(count / 3)
      let set = ShingleSet(hashing: repeated.shuffled(using: &random))
      #expect(set.count == count)
      #expect(!set.isSample)
      #expect(set.hashes == distinct.sorted().map { UInt32($0 >> 32) })
    }
  }

  @Test func `hashes that crowd together are sorted as well`() {
    for count in [2, 100, 5_000] {
      let hashes = (0..<count).map { UInt64($0 * 7_919 % count) << 33 | 1 << 63 }
      let set = ShingleSet(hashing: hashes + hashes)
      #expect(set.hashes == hashes.sorted().map { UInt32($0 >> 32) })
    }
  }

  @Test func `a set above the maximum is its smallest hashes`() {
    var random = SplitMix(seed: 4)
    let hashes = (0...ShingleSet.wholeMaximum).map { _ in random.next() }
    let whole = ShingleSet(hashing: Array(hashes.dropLast()))
    #expect(!whole.isSample)
    #expect(whole.hashes.count == ShingleSet.wholeMaximum)
    let sample = ShingleSet(hashing: hashes)
    #expect(sample.isSample)
    #expect(sample.count == ShingleSet.wholeMaximum + 1)
    #expect(
      sample.hashes == hashes.sorted().prefix(ShingleSet.sampleCount).map { UInt32($0 >> 32) })
  }

  @Test func `hashes that differ in their lower halves alone both count`() {
    let set = ShingleSet(hashing: [1 << 40, 1 << 40 + 1])
    #expect(set.count == 2)
    #expect(set.hashes == [1 << 8, 1 << 8])
  }
}
