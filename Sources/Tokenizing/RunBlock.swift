internal import CIntrinsics

/// The runs of ASCII that are whole in up to 64 bytes of a text, a bit a byte, the first lowest.
///
/// Example: in the first nine bytes, `two words`, of a longer text there are the letters 111, then a
/// space; `words` may go on behind the block and is left to the next one, so `count` is 4.
struct RunBlock {
  static let maximum = 64

  /// Bytes of whole runs; 0 where the first run goes on behind the block or is not ASCII.
  let count: Int
  private let letters: UInt64
  private let digits: UInt64
  private let spaces: UInt64
  private let lineFeeds: UInt64

  /// The block at an offset, where a run begins.
  ///
  /// - Precondition: `text` has at least sixteen bytes.
  @inline(__always)
  init(of text: Span<UInt8>, from offset: Int) {
    let size = min(Self.maximum, text.count &- offset)
    var (letters, digits, spaces, lineFeeds, high) =
      (0 as UInt64, 0 as UInt64, 0 as UInt64, 0 as UInt64, 0 as UInt64)
    var place = 0
    while place < size {
      let bytes = Self.sixteen(of: text.bytes, at: offset &+ place)
      let shift = UInt64(truncatingIfNeeded: place)
      let small = bytes | SIMD16(repeating: 0x20)
      letters |=
        UInt64(thresher_bits_between(small, UInt8(ascii: "a"), UInt8(ascii: "z"))) &<< shift
      digits |= UInt64(thresher_bits_between(bytes, UInt8(ascii: "0"), UInt8(ascii: "9"))) &<< shift
      spaces |=
        UInt64(
          thresher_bits_between(bytes, 0x09, 0x0D) | thresher_bits_between(bytes, 0x20, 0x20))
        &<< shift
      lineFeeds |= UInt64(thresher_bits_between(bytes, 0x0A, 0x0A)) &<< shift
      high |= UInt64(thresher_top_bits(bytes)) &<< shift
      place &+= 16
    }
    let ascii = min(size, high.trailingZeroBitCount)
    if ascii == size, offset &+ size == text.count {
      count = size
    } else {
      // The last run may go on: the block ends where it begins.
      let borders =
        ((letters ^ letters << 1) | (digits ^ digits << 1) | (spaces ^ spaces << 1))
        & Self.first(ascii) & ~1
      count = borders == 0 ? 0 : UInt64.bitWidth &- 1 &- borders.leadingZeroBitCount
    }
    let whole = Self.first(count)
    (self.letters, self.digits) = (letters & whole, digits & whole)
    (self.spaces, self.lineFeeds) = (spaces & whole, lineFeeds & whole)
  }

  /// The model tokens of the runs, see `RunKind.cost`.
  @inline(__always)
  var cost: Int {
    let punctuation = Self.first(count) & ~(letters | digits | spaces)
    let firstSpaces = spaces & ~(spaces << 1)
    // Where a run begins that costs 1 at least; a single space costs nothing.
    let first =
      letters & ~(letters << 1) | digits & ~(digits << 1) | punctuation & ~(punctuation << 1)
      | firstSpaces & (spaces >> 1 | lineFeeds)
    return first.nonzeroBitCount
      + Self.surplus(of: letters, .letters, beyond: 9)
      + Self.surplus(of: digits, .digits, beyond: 3)
      + Self.surplus(of: punctuation, .punctuation, beyond: 2)
  }

  /// What runs of more than so many bytes cost beyond 1 each.
  @inline(__always)
  private static func surplus(of runs: UInt64, _ kind: RunKind, beyond size: Int) -> Int {
    // Where a run has gone on for more than `size` bytes.
    var long = runs
    var (length, left) = (1, size)
    while left > 0 {
      let step = min(length, left)
      long &= long << UInt64(truncatingIfNeeded: step)
      length &+= step
      left &-= step
    }
    var total = 0
    while long != 0 {
      let rest = long >> UInt64(truncatingIfNeeded: long.trailingZeroBitCount)
      let more = (~rest).trailingZeroBitCount
      total += kind.cost(bytes: size &+ more, endsLine: false) &- 1
      // Carries through the run: it is gone.
      long &= long &+ (long & ~(long &- 1))
    }
    return total
  }

  @inline(__always)
  private static func first(_ count: Int) -> UInt64 {
    count == 0 ? 0 : UInt64.max >> UInt64(truncatingIfNeeded: maximum &- count)
  }

  /// Sixteen bytes from an offset on; zeros behind the end.
  @inline(__always)
  private static func sixteen(of bytes: RawSpan, at offset: Int) -> SIMD16<UInt8> {
    let left = bytes.byteCount &- offset
    guard left < 16 else {
      return bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: SIMD16<UInt8>.self)
    }
    let last = bytes.unsafeLoadUnaligned(
      fromUncheckedByteOffset: bytes.byteCount &- 16, as: UInt128.self)
    let shifted = UInt128(littleEndian: last) >> UInt128(8 &* (16 &- left))
    return unsafeBitCast(shifted.littleEndian, to: SIMD16<UInt8>.self)
  }
}
