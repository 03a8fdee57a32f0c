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
  /// - Parameter seeds: one well-mixed hash a shingle; not empty. Order and repeats do not matter.
  /// - Complexity: O(n + k log k) expected, O(n·k) at worst.
  mutating func fill(from seeds: Span<UInt64>, key: UInt64) {
    precondition(!seeds.isEmpty)
    let count = slots.count
    let width = UInt64(count)
    var slots = slots.mutableSpan
    for slot in 0..<count { slots[unchecked: slot] = Self.empty }
    var filled = 0
    var round: UInt64 = 0
    while filled < count && round < width {
      let step = round &* Mixing.golden
      let lead = UInt32(truncatingIfNeeded: round) << 24
      for index in 0..<seeds.count {
        let hash = Self.hash(seeds[unchecked: index] &+ step, key)
        let slot = Int(truncatingIfNeeded: (hash >> 32 &* width) >> 32)
        let value = lead | UInt32(truncatingIfNeeded: hash) & 0xFF_FFFF
        let old = slots[unchecked: slot]
        filled += old == Self.empty ? 1 : 0
        slots[unchecked: slot] = min(old, value)
      }
      round += 1
    }
    guard filled < count else { return }
    for slot in 0..<count where slots[unchecked: slot] == Self.empty {
      let round = width + UInt64(slot)
      let step = round &* Mixing.golden
      var least = UInt32.max
      for index in 0..<seeds.count {
        let hash = Self.hash(seeds[unchecked: index] &+ step, key)
        least = min(least, UInt32(truncatingIfNeeded: hash) & 0xFF_FFFF)
      }
      slots[unchecked: slot] = UInt32(truncatingIfNeeded: round) << 24 | least
    }
  }

  @inline(__always)
  private static func hash(_ state: UInt64, _ key: UInt64) -> UInt64 {
    Mixing.folded(state, state ^ key)
  }
}
