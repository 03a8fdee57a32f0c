/// Eight bytes in one integer, the first lowest, worked on at once (SWAR).
///
/// A result has the top bit of each byte for which the answer is yes, and no other bit.
enum Bytes {
  /// The same byte eight times.
  @inline(__always)
  static func each(_ byte: UInt8) -> UInt64 {
    UInt64(byte) &* 0x0101_0101_0101_0101
  }

  /// Which bytes of an ASCII word equal `byte`.
  @inline(__always)
  static func equal(_ word: UInt64, _ byte: UInt8) -> UInt64 {
    each(0x80) & ~((word ^ each(byte)) &+ each(0x7F))
  }

  /// Which bytes of any word are one of `a`…`z`, `0`…`9`, `_`.
  @inline(__always)
  static func lowerWord(_ word: UInt64) -> UInt64 {
    let low = word & each(0x7F)
    let isLetter = (low &+ each(0x1F)) & ~(low &+ each(0x05))
    let isDigit = (low &+ each(0x50)) & ~(low &+ each(0x46))
    let isLowLine = (low &+ each(0x21)) & ~(low &+ each(0x20))
    return (isLetter | isDigit | isLowLine) & ~word & each(0x80)
  }

  /// How many of the first bytes, 0 to 8, are one of `a`…`z`, `0`…`9`, `_`.
  @inline(__always)
  static func lowerRun(_ word: UInt64) -> Int {
    (lowerWord(word) ^ each(0x80)).trailingZeroBitCount >> 3
  }
}

/// One scalar of a UTF-8 text.
struct DecodedScalar {
  let value: UInt32
  /// Bytes it takes.
  let size: Int
}

extension RawSpan {
  /// The byte at an offset.
  @inline(__always)
  func byte(at offset: Int) -> UInt8 {
    unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }

  /// The eight bytes from an offset on, the first of them lowest on every machine.
  @inline(__always)
  func word(at offset: Int) -> UInt64 {
    UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// The scalar that begins at an offset of valid UTF-8.
  @inline(__always)
  func scalar(at offset: Int) -> DecodedScalar {
    func trail(_ position: Int) -> UInt32 { UInt32(byte(at: offset + position)) & 0x3F }
    let lead = UInt32(byte(at: offset))
    if lead < 0x80 { return DecodedScalar(value: lead, size: 1) }
    if lead < 0xE0 { return DecodedScalar(value: (lead & 0x1F) << 6 | trail(1), size: 2) }
    if lead < 0xF0 {
      return DecodedScalar(value: (lead & 0xF) << 12 | trail(1) << 6 | trail(2), size: 3)
    }
    let high = (lead & 0x7) << 18 | trail(1) << 12
    return DecodedScalar(value: high | trail(2) << 6 | trail(3), size: 4)
  }
}
