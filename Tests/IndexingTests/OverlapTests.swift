import Indexing
import Testing

struct OverlapTests {
  /// Lists of small numbers, so that there are common ones, runs and repeats.
  @Test func `the kernel counts what its plain twin counts, or says that it is too little`() {
    var random = SplitMix(seed: 1)
    for _ in 0..<5_000 {
      let range = UInt32(1)...UInt32.random(in: 1...200, using: &random)
      let lists = (0..<2).map { _ in
        (0..<Int.random(in: 0...80, using: &random))
          .map { _ in UInt32.random(in: range, using: &random) }.sorted()
      }
      let (a, b) = (lists[0], lists[1])
      let common = Overlap.plainCommon(a, b)
      for required in [0, common, common + 1] {
        let found = Overlap.common(a.span, b.span, required: required)
        #expect(found == (common >= required ? common : nil))
      }
    }
  }
}
