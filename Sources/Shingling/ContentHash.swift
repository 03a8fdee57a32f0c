// A chain of the step of wyhash over 16 bytes at a time:
//
//   part   s = folded(s ^ label ^ size·φ, m), then s = folded(s ^ first 8 bytes, k ^ last 8 bytes) for each
//          16 bytes; the last ones overlap those before, or are padded with zeros where there are fewer
//
// Label and size come before a part's bytes, so that no two lists of parts read alike.

/// A hash of 64 bits of labelled texts, taken as they are, that tells whether something is what it was: two
/// that differ have one hash with probability 2^-64. Not for finding equals among many, which is what
/// `Fingerprint` is for; it takes a fifth of its time.
package struct ContentHash {
  private let blockKey: UInt64
  private var state: UInt64

  package init(key: HashKey) {
    state = key.derived(6)
    blockKey = key.derived(7)
  }

  /// Everything that was absorbed.
  package var value: UInt64 { Mixing.mixed(state) }

  /// Takes in one text.
  /// - Complexity: O(bytes), about three of them a cycle.
  package mutating func absorb(_ text: Span<UInt8>, label: UInt64) {
    let (bytes, size) = (text.bytes, text.count)
    let head = label ^ UInt64(truncatingIfNeeded: size) &* Mixing.golden
    state = Mixing.folded(state ^ head, Mixing.multiplier)
    var offset = 0
    while offset + 16 < size {
      absorb(bytes.word(at: offset), bytes.word(at: offset + 8))
      offset += 16
    }
    switch size {
    case 0: break
    case 16...: absorb(bytes.word(at: size - 16), bytes.word(at: size - 8))
    case 8...: absorb(bytes.word(at: 0), bytes.word(at: size - 8))
    default:
      var word: UInt64 = 0
      for place in 0..<size { word |= UInt64(bytes.byte(at: place)) << UInt64(8 * place) }
      absorb(word, 0)
    }
  }

  @inline(__always)
  private mutating func absorb(_ first: UInt64, _ last: UInt64) {
    state = Mixing.folded(state ^ first, blockKey ^ last)
  }
}
