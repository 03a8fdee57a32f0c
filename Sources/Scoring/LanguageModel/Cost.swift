/// −log10 of a probability, or of a back-off weight, as an integer: units of 2^-18.
///
/// 22 bits reach from 1 to 10^-16; rounding costs 2·10^-6 a value at most. Integers add up to the
/// same sum on every machine and in every order.
enum Cost {
  static let unit = 1 << 18
  static let bits = 22
  static let maximum = (1 << bits) - 1
  /// Back-off weights may be above 1: what is stored is the cost plus so much.
  static let backoffOffset = 4 * unit

  /// Of a log10, which is clipped to what can be stored; never 0, which marks an empty slot.
  static func probability(log10: Double) -> UInt64 {
    UInt64(min(max((-log10 * Double(unit)).rounded(), 1), Double(maximum)))
  }

  static func backoff(log10: Double) -> UInt64 {
    let value = (-log10 * Double(unit)).rounded() + Double(backoffOffset)
    return UInt64(min(max(value, 0), Double(maximum)))
  }

  static func log10(_ cost: Int) -> Double { -Double(cost) / Double(unit) }
}
