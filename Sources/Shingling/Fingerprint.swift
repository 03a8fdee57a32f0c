// SipHash-1-3 with 128 bits of output (Aumasson and Bernstein, "SipHash: a fast short-input PRF",
// 2012): a keyed hash for which nobody knows how to make two texts collide without the key.
//
//   state v0…v3 = key halves ^ "somepseudorandomlygeneratedbytes"; v1 ^= 0xEE
//   each 8 bytes m (little endian):  v3 ^= m, one round, v0 ^= m
//   last: the remaining bytes, with the length modulo 256 in the top byte
//   v2 ^= 0xEE, three rounds → v0^v1^v2^v3 = low;  v1 ^= 0xDD, three rounds → the same = high
//
// Two of n different texts share a fingerprint with probability below n²/2^129: 10^-27 for a
// million.

/// The 128-bit keyed hash of a whole normalized text. Equal fingerprints mean: an exact duplicate.
package struct Fingerprint: Hashable, Sendable, BitwiseCopyable {
  package let high: UInt64
  package let low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The fingerprint of the first `count` of these bytes.
  ///
  /// - Complexity: O(count).
  init(of bytes: RawSpan, count: Int, key: HashKey) {
    var state = SipState(key.value, key.derived(0))
    let whole = count & ~7
    var offset = 0
    while offset < whole {
      state.absorb(bytes.word(at: offset))
      offset += 8
    }
    var last = UInt64(truncatingIfNeeded: count) << 56
    for position in whole..<count {
      last |= UInt64(bytes.byte(at: position)) << UInt64(8 * (position - whole))
    }
    state.absorb(last)
    (low, high) = state.finish()
  }
}

/// The four words of SipHash.
struct SipState {
  private var v0, v1, v2, v3: UInt64

  init(_ k0: UInt64, _ k1: UInt64) {
    v0 = k0 ^ 0x736F_6D65_7073_6575
    v1 = k1 ^ 0x646F_7261_6E64_6F6D ^ 0xEE
    v2 = k0 ^ 0x6C79_6765_6E65_7261
    v3 = k1 ^ 0x7465_6462_7974_6573
  }

  @inline(__always)
  mutating func absorb(_ word: UInt64) {
    v3 ^= word
    round()
    v0 ^= word
  }

  mutating func finish() -> (low: UInt64, high: UInt64) {
    v2 ^= 0xEE
    for _ in 0..<3 { round() }
    let low = v0 ^ v1 ^ v2 ^ v3
    v1 ^= 0xDD
    for _ in 0..<3 { round() }
    return (low, v0 ^ v1 ^ v2 ^ v3)
  }

  @inline(__always)
  private mutating func round() {
    v0 &+= v1
    v1 = v1 << 13 | v1 >> 51
    v1 ^= v0
    v0 = v0 << 32 | v0 >> 32
    v2 &+= v3
    v3 = v3 << 16 | v3 >> 48
    v3 ^= v2
    v0 &+= v3
    v3 = v3 << 21 | v3 >> 43
    v3 ^= v0
    v2 &+= v1
    v1 = v1 << 17 | v1 >> 47
    v1 ^= v2
    v2 = v2 << 32 | v2 >> 32
  }
}
