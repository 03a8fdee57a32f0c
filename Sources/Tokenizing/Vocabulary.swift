/// Mixes bytes to 64 bits, eight at a time. Fixed constants: the same on every machine and run.
enum ByteHash {
  private static let one: UInt64 = 0x9E37_79B9_7F4A_7C15
  private static let two: UInt64 = 0xD6E8_FEB8_6659_FD93

  @inline(__always)
  static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (high, low) = a.multipliedFullWidth(by: b)
    return high ^ low
  }

  @inline(__always)
  static func of(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> UInt64 {
    var hash = UInt64(truncatingIfNeeded: end - start) ^ two
    var index = start
    while index + 8 <= end {
      hash = mix(hash ^ word(text, index), one)
      index += 8
    }
    if index < end {
      var tail: UInt64 = 0
      while index < end {
        tail = tail << 8 | UInt64(text[index])
        index += 1
      }
      hash = mix(hash ^ tail, two)
    }
    return hash
  }

  /// Eight bytes from an offset that has them.
  @inline(__always)
  static func word(_ text: Span<UInt8>, _ index: Int) -> UInt64 {
    text.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
  }

  @inline(__always)
  static func isEqual(
    _ one: Span<UInt8>, _ start: Int, _ other: Span<UInt8>, _ otherStart: Int, _ count: Int
  ) -> Bool {
    var index = 0
    while index + 8 <= count {
      guard word(one, start + index) == word(other, otherStart + index) else { return false }
      index += 8
    }
    while index < count {
      guard one[start + index] == other[otherStart + index] else { return false }
      index += 1
    }
    return true
  }
}

/// Token texts and their ids, found by text.
///
/// One arena of bytes and an open table of entries, at most half full.
struct Vocabulary: Sendable {
  private struct Entry {
    var start: UInt32
    var size: UInt32
    var id: UInt32
  }

  private var arena: [UInt8] = []
  private var entries: [Entry] = []
  /// Positions in `entries` plus one; 0 is free.
  private var slots: [UInt32]

  var count: Int { entries.count }

  init(expecting count: Int) {
    var size = 64
    while size < count * 2 + 2 { size *= 2 }
    slots = Array(repeating: 0, count: size)
    entries.reserveCapacity(count)
  }

  /// The id of `text[start..<end]`, if it is a token.
  ///
  /// - Complexity: O(n) in its bytes.
  func id(of text: Span<UInt8>, _ start: Int, _ end: Int) -> UInt32? {
    guard let entry = entry(of: text, start, end) else { return nil }
    return entries[entry].id
  }

  func id(of bytes: [UInt8]) -> UInt32? { id(of: bytes.span, 0, bytes.count) }

  private func entry(of text: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: ByteHash.of(text, start, end)) & mask
    while slots[slot] != 0 {
      let position = Int(slots[slot]) - 1
      let entry = entries[position]
      if Int(entry.size) == end - start,
        ByteHash.isEqual(text, start, arena.span, Int(entry.start), end - start)
      {
        return position
      }
      slot = (slot + 1) & mask
    }
    return nil
  }

  /// Adds a token; one that is there already gets the new id, as in a JSON object read in order.
  mutating func insert(_ bytes: [UInt8], id: UInt32) {
    if let known = entry(of: bytes.span, 0, bytes.count) {
      entries[known].id = id
      return
    }
    if (entries.count + 1) * 2 > slots.count { grow() }
    let entry = Entry(start: UInt32(arena.count), size: UInt32(bytes.count), id: id)
    arena += bytes
    entries.append(entry)
    place(entries.count - 1)
  }

  private mutating func place(_ position: Int) {
    let entry = entries[position]
    let mask = slots.count - 1
    let hash = ByteHash.of(arena.span, Int(entry.start), Int(entry.start + entry.size))
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 { slot = (slot + 1) & mask }
    slots[slot] = UInt32(position + 1)
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: slots.count * 2)
    for position in entries.indices { place(position) }
  }

  /// Calls `body` with the text and id of each token, in the order in which they were added.
  func visit(_ body: (ArraySlice<UInt8>, UInt32) -> Void) {
    for entry in entries {
      body(arena[Int(entry.start)..<Int(entry.start + entry.size)], entry.id)
    }
  }
}

/// What a pair of tokens becomes, and how soon: pairs to rank and merged token.
struct PairTable: Sendable {
  static let none = UInt64.max

  private var keys: [UInt64]
  /// Rank above, token below.
  private var values: [UInt64]
  private(set) var count = 0

  init(expecting count: Int) {
    var size = 64
    while size < count * 2 + 2 { size *= 2 }
    keys = Array(repeating: Self.none, count: size)
    values = Array(repeating: Self.none, count: size)
  }

  /// Rank in the upper half and merged token in the lower, so that the smaller comes first;
  /// `none` if the two do not merge.
  @inline(__always)
  func merge(_ left: UInt32, _ right: UInt32) -> UInt64 {
    let key = UInt64(left) << 32 | UInt64(right)
    let mask = keys.count - 1
    var slot = Self.slot(key, mask)
    while keys[slot] != key {
      if keys[slot] == Self.none { return Self.none }
      slot = (slot + 1) & mask
    }
    return values[slot]
  }

  /// Adds a pair; of a pair given twice the later counts.
  mutating func insert(_ left: UInt32, _ right: UInt32, rank: UInt32, token: UInt32) {
    if (count + 1) * 2 > keys.count { grow() }
    let key = UInt64(left) << 32 | UInt64(right)
    let mask = keys.count - 1
    var slot = Self.slot(key, mask)
    while keys[slot] != Self.none, keys[slot] != key { slot = (slot + 1) & mask }
    if keys[slot] == Self.none { count += 1 }
    keys[slot] = key
    values[slot] = UInt64(rank) << 32 | UInt64(token)
  }

  private mutating func grow() {
    let (oldKeys, oldValues) = (keys, values)
    self = PairTable(expecting: oldKeys.count)
    for (key, value) in zip(oldKeys, oldValues) where key != Self.none {
      insert(
        UInt32(key >> 32), UInt32(truncatingIfNeeded: key), rank: UInt32(value >> 32),
        token: UInt32(truncatingIfNeeded: value))
    }
  }

  @inline(__always)
  private static func slot(_ key: UInt64, _ mask: Int) -> Int {
    Int(truncatingIfNeeded: ByteHash.mix(key, 0x9E37_79B9_7F4A_7C15)) & mask
  }
}
