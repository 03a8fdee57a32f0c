internal import CIntrinsics

/// What up to 64 bytes of normalized text are, a bit a byte, the first lowest.
///
/// Example: `a-b c` has words 10101 and token starts 10111, five bytes.
struct ByteBlock {
  static let maximum = 64

  /// Bytes of ASCII before the first that is none: what the bits tell about. Bits behind are zero.
  let count: Int
  /// `a`…`z`, `0`…`9`, `_`.
  let words: UInt64
  private let spaces: UInt64

  /// The block from an offset on; up to 15 bytes behind the end are read.
  @inline(__always)
  init(of bytes: RawSpan, from offset: Int, before end: Int) {
    let size = min(Self.maximum, end &- offset)
    var (words, spaces, high): (UInt64, UInt64, UInt64) = (0, 0, 0)
    var place = 0
    while place < size {
      let bytes = bytes.sixteen(at: offset &+ place)
      let word =
        thresher_bits_between(bytes, UInt8(ascii: "a"), UInt8(ascii: "z"))
        | thresher_bits_between(bytes, UInt8(ascii: "0"), UInt8(ascii: "9"))
        | thresher_bits_between(bytes, UInt8(ascii: "_"), UInt8(ascii: "_"))
      let shift = UInt64(truncatingIfNeeded: place)
      words |= UInt64(word) &<< shift
      spaces |= UInt64(thresher_bits_between(bytes, 0x20, 0x20)) &<< shift
      high |= UInt64(thresher_top_bits(bytes)) &<< shift
      place &+= 16
    }
    count = min(size, high.trailingZeroBitCount)
    let valid = count == 0 ? 0 : UInt64.max &>> UInt64(truncatingIfNeeded: Self.maximum &- count)
    self.words = words & valid
    self.spaces = spaces | ~valid
  }

  /// Where tokens begin, if one may begin at the first byte: every first byte of a word, and every byte
  /// that is neither of a word nor a space.
  @inline(__always)
  var tokenStarts: UInt64 { words & ~(words << 1) | ~words & ~spaces }
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

  /// Sixteen bytes from an offset on, which the caller knows to be there.
  @inline(__always)
  func sixteen(at offset: Int) -> SIMD16<UInt8> {
    unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: SIMD16<UInt8>.self)
  }

  /// The last `count` bytes, fewer than sixteen, of at least sixteen; what is behind them is zero.
  @inline(__always)
  func lastBytes(_ count: Int) -> SIMD16<UInt8> {
    let last = unsafeLoadUnaligned(fromUncheckedByteOffset: byteCount &- 16, as: UInt128.self)
    let shifted = UInt128(littleEndian: last) >> UInt128(8 &* (16 &- count))
    return unsafeBitCast(shifted.littleEndian, to: SIMD16<UInt8>.self)
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
