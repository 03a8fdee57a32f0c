/// Byte strings with values, for finding all that begin at a place of a text.
///
/// Nodes are numbers; the edges of all nodes are one open table from (node, byte) to node.
struct ByteTrie: Sendable {
  static let none = UInt32.max

  private var keys: [UInt64]
  private var targets: [UInt32]
  private var edgeCount = 0
  /// By node: the value of the string that ends there.
  private var values: [UInt32] = [none]

  var isEmpty: Bool { edgeCount == 0 }

  init(expecting edges: Int) {
    var size = 64
    while size < edges * 2 + 2 { size *= 2 }
    keys = Array(repeating: UInt64.max, count: size)
    targets = Array(repeating: 0, count: size)
  }

  @inline(__always)
  private static func slot(_ key: UInt64, _ mask: Int) -> Int {
    Int(truncatingIfNeeded: ByteHash.mix(key, 0x9E37_79B9_7F4A_7C15)) & mask
  }

  /// The node after `byte`; `none` if there is none. The root is 0.
  @inline(__always)
  func next(_ node: UInt32, _ byte: UInt8) -> UInt32 {
    let key = UInt64(node) << 8 | UInt64(byte)
    let mask = keys.count - 1
    var slot = Self.slot(key, mask)
    while keys[slot] != key {
      if keys[slot] == UInt64.max { return Self.none }
      slot = (slot + 1) & mask
    }
    return targets[slot]
  }

  /// The value of the string that ends at a node; `none` if none does.
  @inline(__always)
  func value(_ node: UInt32) -> UInt32 { values[Int(node)] }

  /// Adds a string; of one given twice the later counts. Empty strings are left out.
  mutating func insert(_ bytes: some Sequence<UInt8>, value: UInt32) {
    var node: UInt32 = 0
    for byte in bytes {
      let known = next(node, byte)
      if known != Self.none {
        node = known
        continue
      }
      if (edgeCount + 1) * 2 > keys.count { grow() }
      values.append(Self.none)
      let made = UInt32(values.count - 1)
      place(UInt64(node) << 8 | UInt64(byte), made)
      edgeCount += 1
      node = made
    }
    if node != 0 { values[Int(node)] = value }
  }

  private mutating func place(_ key: UInt64, _ target: UInt32) {
    let mask = keys.count - 1
    var slot = Self.slot(key, mask)
    while keys[slot] != UInt64.max { slot = (slot + 1) & mask }
    keys[slot] = key
    targets[slot] = target
  }

  private mutating func grow() {
    let (oldKeys, oldTargets) = (keys, targets)
    keys = Array(repeating: UInt64.max, count: oldKeys.count * 2)
    targets = Array(repeating: 0, count: oldKeys.count * 2)
    for (key, target) in zip(oldKeys, oldTargets) where key != UInt64.max { place(key, target) }
  }

  /// The longest string that begins at `start`, and where it ends.
  func longest(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> (value: UInt32, end: Int)? {
    var found: (UInt32, Int)?
    var node: UInt32 = 0
    var index = start
    while index < end {
      node = next(node, text[index])
      if node == Self.none { break }
      index += 1
      if values[Int(node)] != Self.none { found = (values[Int(node)], index) }
    }
    return found
  }
}
