import Testing

@testable import Scoring

@Suite struct `Exact real functions` {
  @Test(arguments: [
    (1.0, 0.0), (2.0, 0.6931471805599453), (10.0, 2.302585092994046), (0.5, -0.6931471805599453),
    (1e-300, -690.7755278982137), (3.0e200, 461.61563088747727),
    (1.4142135623730951, 0.34657359027997264),
  ])
  func `log`(_ x: Double, _ expected: Double) {
    #expect(abs(ExactReal.log(x) - expected) <= 2e-15 * max(1, abs(expected)))
  }

  @Test(arguments: [
    (0.0, 1.0), (1.0, 2.718281828459045), (-1.0, 0.36787944117144233),
    (0.34, 1.4049475905635938), (20.5, 799_902_177.4755054), (-701, 0),
  ])
  func `exp`(_ x: Double, _ expected: Double) {
    #expect(abs(ExactReal.exp(x) - expected) <= 1e-14 * expected)
  }

  @Test func `exp undoes log`() {
    var x = 1e-9
    while x < 1e12 {
      #expect(abs(ExactReal.exp(ExactReal.log(x)) - x) < 1e-13 * x)
      x *= 1.37
    }
  }

  @Test func `powers and logarithms in integers are near the real ones`() {
    for exponent in stride(from: 0, through: 40 << 16, by: 7919) {
      let real = ExactReal.exp(Double(exponent) / 65_536 * 0.6931471805599453) * 65_536
      #expect(abs(Double(BinaryPower.power(exponent)) - real) <= 2e-5 * real + 1)
      let back = BinaryPower.log2(BinaryPower.power(exponent))
      #expect(abs(back - exponent) <= 3)
    }
    for thousandths in stride(from: -9000, through: 9000, by: 37) {
      #expect(abs(NaturalPower.log(NaturalPower.power(thousandths)) - thousandths) <= 1)
    }
    for value in [0, 1, 2, 3, 7, 8, 1000, 1_000_000] {
      let real = ExactReal.log(Double(value + 1)) / 0.6931471805599453 * 1000
      #expect(abs(Double(WholeLog.thousandths(value)) - real) < 90)
    }
  }
}
