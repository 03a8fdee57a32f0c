/// A table from 32-bit hashes to numbers for one text after the other: open addressing; emptied by
/// counting up an age instead of writing over its slots.
struct HashBag {
  private struct Slot: BitwiseCopyable {
    var key: UInt32
    var age: UInt32
    var value: Int32
  }

  private let slots = Scratch(filler: Slot(key: 0, age: 0, value: 0))
  private var mask = 0
  private var age: UInt32 = 0
  private(set) var count = 0

  /// Empties the bag and makes room for `capacity` members.
  mutating func reset(capacity: Int) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    age &+= 1
    count = 0
    let old = slots.capacity
    slots.reserve(size)
    mask = size - 1
    if slots.capacity != old { age = 1 }
    guard age == 0 else { return }
    for slot in 0..<slots.capacity { slots[slot].age = 0 }
    age = 1
  }

  @inline(__always)
  private func place(_ key: UInt32) -> Int {
    var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B1) >> 7) & mask
    while slots[slot].age == age && slots[slot].key != key { slot = (slot + 1) & mask }
    return slot
  }

  /// Puts `key` in; whether it was new.
  ///
  /// - Precondition: there is room.
  /// - Complexity: O(1) on average.
  mutating func insert(_ key: UInt32, value: Int32 = 0) -> Bool {
    let slot = place(key)
    if slots[slot].age == age { return false }
    slots[slot] = Slot(key: key, age: age, value: value)
    count += 1
    return true
  }

  /// Adds to the number of `key`, which may be new.
  mutating func add(_ key: UInt32, _ amount: Int32) {
    _ = update(key) { $0 + amount }
  }

  /// Changes the number of `key`, 0 for a new one; returns what it was.
  ///
  /// - Precondition: there is room.
  @inline(__always)
  mutating func update(_ key: UInt32, _ change: (Int32) -> Int32) -> Int32 {
    let slot = place(key)
    let isNew = slots[slot].age != age
    let before = isNew ? 0 : slots[slot].value
    slots[slot] = Slot(key: key, age: age, value: change(before))
    count += isNew ? 1 : 0
    return before
  }

  /// Nil for what is not there.
  func value(_ key: UInt32) -> Int? {
    let slot = place(key)
    return slots[slot].age == age ? Int(slots[slot].value) : nil
  }

  func contains(_ key: UInt32) -> Bool { slots[place(key)].age == age }
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
