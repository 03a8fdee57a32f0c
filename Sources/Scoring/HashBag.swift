/// A set of 32-bit hashes for one text: open addressing, sized once, no hashing of hashes.
struct HashBag {
  private var slots: [UInt32]
  private let mask: Int
  private(set) var count = 0

  /// A bag for at most `capacity` members.
  init(capacity: Int) {
    var size = 8
    while size < capacity * 2 { size *= 2 }
    slots = [UInt32](repeating: 0, count: size)
    mask = size - 1
  }

  /// Puts `hash` in; whether it was new.
  ///
  /// - Complexity: O(1) on average.
  mutating func insert(_ hash: UInt32) -> Bool {
    let key = hash == 0 ? 1 : hash
    var slot = index(key)
    while slots[slot] != 0 {
      if slots[slot] == key { return false }
      slot = (slot + 1) & mask
    }
    slots[slot] = key
    count += 1
    return true
  }

  func contains(_ hash: UInt32) -> Bool {
    let key = hash == 0 ? 1 : hash
    var slot = index(key)
    while slots[slot] != 0 {
      if slots[slot] == key { return true }
      slot = (slot + 1) & mask
    }
    return false
  }

  mutating func removeAll() {
    guard count > 0 else { return }
    for slot in slots.indices { slots[slot] = 0 }
    count = 0
  }

  private func index(_ key: UInt32) -> Int { Int((key &* 0x9E37_79B1) >> 7) & mask }
}

/// Fixed-point helpers. All quantities are ten-thousandths.
enum Fixed {
  static let one = 10_000

  /// `part` of `whole` in ten-thousandths; 0 of nothing.
  static func share(_ part: Int, _ whole: Int) -> Int { whole > 0 ? part * one / whole : 0 }

  /// 0 at `worst` or beyond, `one` at `best` or beyond, a straight line between; `worst` may be
  /// the larger of the two.
  static func scale(_ value: Int, worst: Int, best: Int) -> Int {
    let way = (value - worst) * one / (best - worst)
    return min(max(way, 0), one)
  }
}

/// The hash of three words in a row.
func trigram(_ words: [ReadWord], endingAt index: Int) -> UInt32 {
  var hash = words[index - 2].hash &* 0x85EB_CA6B
  hash = (hash ^ words[index - 1].hash) &* 0xC2B2_AE35
  return (hash ^ words[index].hash) &* 0x27D4_EB2F
}
