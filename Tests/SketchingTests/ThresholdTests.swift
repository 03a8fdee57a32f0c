import Sketching
import Testing

struct ThresholdTests {
  @Test(arguments: [
    ("0.8", 4, 5), ("1", 1, 1), ("1.0", 1, 1), (".85", 17, 20), ("0.05", 1, 20), ("8e-1", 4, 5),
    ("80E-2", 4, 5), ("0.333333333", 333_333_333, 1_000_000_000), ("0.800000000000", 4, 5),
  ])
  func `a decimal is an exact fraction`(text: String, numerator: Int, denominator: Int) {
    #expect(
      Threshold(text) == Threshold(numerator: numerator, denominator: denominator))
  }

  @Test(arguments: [
    "", ".", "0", "0.0", "1.1", "-0.8", "+0.8", "0,8", "0.8x", "e", "0.8e", "1e-10", "2", "0x1",
    "0.1234567891", "99999999999999999999", "1e20", "nan", "0..8", " 0.8",
  ])
  func `what is no decimal above 0 and up to 1 is refused`(text: String) {
    #expect(Threshold(text) == nil)
  }

  @Test func `exactly the threshold is reached`() throws {
    let threshold = try #require(Threshold("0.8"))
    for union in 1...1_000 {
      for intersection in 0...union {
        let reached = threshold.isReached(intersection: intersection, union: union)
        #expect(reached == (intersection * 10 >= union * 8))
      }
    }
    #expect(!threshold.isReached(intersection: 0, union: 0))
  }
}
