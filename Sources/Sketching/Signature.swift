internal import Shingling

/// A filled signature: k slots, each the least value that any shingle brought there.
package struct Signature: Equatable, Sendable {
  static let empty = UInt32.max

  package private(set) var slots: [UInt32]

  /// - Parameter slots: 1 to `Banding.slotMaximum`, so that a round number fits 8 bits.
  init(slots count: Int) {
    precondition(count >= 1 && count <= Banding.slotMaximum)
    slots = [UInt32](repeating: Self.empty, count: count)
  }

  /// The estimate of the Jaccard similarity: the share of slots that agree.
  ///
  /// - Complexity: O(k).
  package func agreeing(with other: Signature) -> Int {
    zip(slots, other.slots).count { $0 == $1 }
  }

  /// Fills the slots from scratch.
  ///
  /// - Parameter hashes: one a shingle, of which the upper 24 bits are looked at; not empty. Order and
  ///   repeats do not matter.
  /// - Complexity: O(n + k log k) expected, O(n·k) at worst.
  mutating func fill(from hashes: Span<UInt32>, seed: UInt64, key: UInt64) {
    precondition(!hashes.isEmpty)
    let count = slots.count
    var slots = slots.mutableSpan
    for slot in 0..<count { slots[unchecked: slot] = Self.empty }
    var round = 0
    repeat {
      // A set of few shingles needs more than one round anyway, and two at once are cheaper.
      if round & 1 == 0, round + 1 < count, hashes.count < Self.pairMaximum * count {
        for index in hashes.indices {
          let hash = Self.hash(hashes[unchecked: index], round, seed, key)
          Self.put(UInt32(truncatingIfNeeded: hash), round, &slots)
          Self.put(UInt32(truncatingIfNeeded: hash >> 32), round &+ 1, &slots)
        }
        round += 2
      } else {
        for index in hashes.indices {
          let hash = Self.hash(hashes[unchecked: index], round, seed, key)
          Self.put(Self.half(of: hash, round), round, &slots)
        }
        round += 1
      }
    } while round < count && Self.hasEmpty(slots.span)
    for slot in 0..<count where slots[unchecked: slot] == Self.empty {
      let round = count + slot
      var least = UInt32.max
      for index in hashes.indices {
        let hash = Self.hash(hashes[unchecked: index], round, seed, key)
        least = min(least, Self.half(of: hash, round) & 0xFF_FFFF)
      }
      slots[unchecked: slot] = UInt32(truncatingIfNeeded: round) << 24 | least
    }
  }

  /// Sets of more shingles a slot than this are most often done after one round.
  private static let pairMaximum = 4

  private static func hasEmpty(_ slots: Span<UInt32>) -> Bool {
    var empty = 0
    for slot in slots.indices { empty &+= slots[unchecked: slot] == Self.empty ? 1 : 0 }
    return empty > 0
  }

  /// Puts a value into its slot.
  @inline(__always)
  private static func put(_ half: UInt32, _ round: Int, _ slots: inout MutableSpan<UInt32>) {
    let width = UInt64(truncatingIfNeeded: slots.count)
    let slot = Int(truncatingIfNeeded: (UInt64(half) &* width) >> 32)
    let value = UInt32(truncatingIfNeeded: round) << 24 | half & 0xFF_FFFF
    slots[unchecked: slot] = min(slots[unchecked: slot], value)
  }

  /// What a shingle brings to the rounds `round` & ~1, in the lower half, and `round` | 1.
  @inline(__always)
  private static func hash(
    _ shingle: UInt32, _ round: Int, _ seed: UInt64, _ key: UInt64
  ) -> UInt64 {
    let start = (UInt64(shingle >> 8) ^ seed) &* Mixing.golden
    let state = start &+ UInt64(truncatingIfNeeded: round >> 1) &* Mixing.multiplier
    return Mixing.folded(state, state ^ key)
  }

  @inline(__always)
  private static func half(of hash: UInt64, _ round: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: round & 1 == 0 ? hash : hash >> 32)
  }
}
