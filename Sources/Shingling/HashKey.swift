/// The 64-bit key of every hash from token to band key.
///
/// Two machines agree on hashes exactly when they use the same key. Every corpus uses `published`,
/// unless its owner fears hostile input and chooses a secret one.
package struct HashKey: Hashable, Sendable {
  /// The first 64 bits of the fraction of pi: a number with nothing up its sleeve.
  package static let published = HashKey(0x243F_6A88_85A3_08D3)

  package let value: UInt64

  package init(_ value: UInt64) {
    self.value = value
  }

  /// A key derived from this one, for purpose number `purpose`: as good as independent of others.
  ///
  /// - Complexity: O(1).
  package func derived(_ purpose: UInt64) -> UInt64 {
    Mixing.mixed(value &+ Mixing.golden &* (purpose &+ 1))
  }
}

/// The two mixing steps that all hashes here are made of. Public, since the compiler inlines nothing
/// across modules that is `package`: the sketch takes 1.3 µs instead of 1.8 so.
public enum Mixing {
  /// 2^64 divided by the golden ratio, odd: the step of SplitMix64.
  @inlinable
  public static var golden: UInt64 { 0x9E37_79B9_7F4A_7C15 }

  /// An odd multiplier with as many ones as zeros in every byte, as in wyhash.
  @inlinable
  public static var multiplier: UInt64 { 0xA076_1D64_78BD_642F }

  /// High half of the 128-bit product exclusive-or its low half: every bit of the result depends on
  /// every bit of both factors. The step of wyhash.
  ///
  /// - Complexity: O(1): one multiplication.
  @inlinable @inline(__always)
  public static func folded(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }

  /// The finalizer of SplitMix64: a permutation of the 64-bit integers, hence without collisions.
  ///
  /// - Complexity: O(1): two multiplications.
  @inlinable @inline(__always)
  public static func mixed(_ value: UInt64) -> UInt64 {
    var x = value
    x = (x ^ x >> 30) &* 0xBF58_476D_1CE4_E5B9
    x = (x ^ x >> 27) &* 0x94D0_49BB_1331_11EB
    return x ^ x >> 31
  }
}
