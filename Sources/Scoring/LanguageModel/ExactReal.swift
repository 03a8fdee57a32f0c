/// Logarithm and exponential that give the same last digit on every machine: nothing but additions,
/// multiplications and divisions of IEEE 754 doubles, in an order that is written down here. The
/// functions of a system's libm differ from one to the next.
package enum ExactReal {
  private static let ln2 = 0.6931471805599453

  /// ln x for a positive, finite x; the error is below 1e-15 of the result or of 1.
  ///
  /// x = 2^k·m with m in [√½, √2); ln m = 2·atanh(s) with s = (m − 1)/(m + 1), as a series in s².
  package static func log(_ x: Double) -> Double {
    precondition(x > 0 && x.isFinite, "the logarithm of a positive number")
    var exponent = Double(x.exponent)
    var mantissa = x.significand
    if mantissa > 1.4142135623730951 {
      mantissa /= 2
      exponent += 1
    }
    let s = (mantissa - 1) / (mantissa + 1)
    let square = s * s
    var sum = 0.0
    var divisor = 23.0
    while divisor >= 1 {
      sum = sum * square + 1 / divisor
      divisor -= 2
    }
    return exponent * ln2 + 2 * s * sum
  }

  package static func log10(_ x: Double) -> Double { log(x) / 2.302585092994046 }

  /// e^x; 0 below −700, and no more than e^700.
  ///
  /// x = k·ln 2 + r with |r| ≤ ½ ln 2; e^r by its Taylor series of 14 terms.
  package static func exp(_ x: Double) -> Double {
    if x < -700 { return 0 }
    let x = min(x, 700)
    let count = (x / ln2).rounded(.toNearestOrEven)
    let rest = x - count * ln2
    var sum = 1.0
    var term = 14.0
    while term >= 1 {
      sum = 1 + sum * rest / term
      term -= 1
    }
    return Double(sign: .plus, exponent: Int(count), significand: 1) * sum
  }
}
