internal import CIntrinsics
@_spi(_Unicode) import Swift

/// Where the next normalized byte goes. The bytes themselves are handed in by the caller.
struct NormalizedCursor {
  var count = 0
  /// Whether the last byte is a space, so that more white space adds nothing.
  var endsInSpace = false
}

/// NFC, lower case, white space to one space.
extension Shingler {
  /// Appends the normalized text.
  ///
  /// Nearly every text is in NFC already; only one that the quick check of UAX #15 cannot clear is
  /// composed by the standard library first.
  mutating func normalize(_ text: Span<UInt8>) {
    let start = cursor
    if normalize(text, checkingNFC: true) { return }
    cursor = start
    let string = text.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    var composed = String.UnicodeScalarView()
    composed.append(contentsOf: string._nfc)
    let bytes = Array(String(composed).utf8)
    _ = normalize(bytes.span, checkingNFC: false)
  }

  /// Appends the normalized text; false, with part of it appended, where it may not be in NFC.
  private mutating func normalize(_ text: Span<UInt8>, checkingNFC: Bool) -> Bool {
    reserve(text.count * 2)
    let bytes = text.bytes
    let size = bytes.byteCount
    let table = table
    var end = cursor
    var buffer = normalized.mutableSpan
    var out = buffer.mutableBytes
    var combiningRank: UInt16 = 0
    var offset = 0
    while offset < size {
      if size >= 16 {
        let rest = size &- offset
        let block = rest >= 16 ? bytes.sixteen(at: offset) : bytes.lastBytes(rest)
        let count = end.writeASCII(block, count: min(rest, 16), to: &out)
        if count > 0 {
          offset &+= count
          combiningRank = 0
          continue
        }
      }
      let byte = bytes.byte(at: offset)
      if byte < 0x80 {
        end.write(ascii: byte, to: &out)
        offset += 1
        combiningRank = 0
        continue
      }
      let scalar = bytes.scalar(at: offset)
      let properties = table[scalar.value]
      if checkingNFC {
        let rank = properties.combiningRank
        if properties.asksNFC || rank != 0 && rank < combiningRank { return false }
        combiningRank = rank
      }
      if properties.isSpace {
        end.write(ascii: UInt8(ascii: " "), to: &out)
      } else if properties.lowerIndex == UnicodeTable.lowerIsTwoScalars {
        end.write(0x69, to: &out)
        end.write(0x307, to: &out)
      } else {
        let distance = table.distances[properties.lowerIndex]
        end.write(UInt32(bitPattern: Int32(bitPattern: scalar.value) + distance), to: &out)
      }
      offset += scalar.size
    }
    cursor = end
    return true
  }
}

extension NormalizedCursor {
  /// Writes those of the first `limit` bytes that come before anything that takes more thought than a
  /// change of case or of white space: another script, white space after white space. Room for all
  /// sixteen is needed.
  /// - Returns: how many.
  @inline(__always)
  mutating func writeASCII(
    _ bytes: SIMD16<UInt8>, count limit: Int, to out: inout MutableRawSpan
  ) -> Int {
    let isControl = thresher_between(bytes, 0x09, 0x0D)
    let isUpper = thresher_between(bytes, UInt8(ascii: "A"), UInt8(ascii: "Z"))
    let spaces = thresher_top_bits(isControl) | thresher_bits_between(bytes, 0x20, 0x20)
    let repeated = spaces & (spaces << 1 | (endsInSpace ? 1 : 0))
    let stop = thresher_top_bits(bytes) | repeated | UInt32.max << 16
    let written = min(limit, stop.trailingZeroBitCount)
    let space = SIMD16<UInt8>(repeating: 0x20)
    let lowered = bytes | isUpper & space
    out.storeBytes(
      of: lowered ^ isControl & (bytes ^ space), toByteOffset: count, as: SIMD16<UInt8>.self)
    count &+= written
    if written > 0 {
      endsInSpace = spaces &>> UInt32(truncatingIfNeeded: written &- 1) & 1 != 0
    }
    return written
  }

  @inline(__always)
  mutating func write(ascii byte: UInt8, to out: inout MutableRawSpan) {
    let isSpace = byte == 0x20 || byte &- 9 < 5
    if isSpace && endsInSpace { return }
    let isUpper = byte &- 0x41 < 26
    let written = isSpace ? 0x20 : isUpper ? byte | 0x20 : byte
    out.storeBytes(of: written, toByteOffset: count, as: UInt8.self)
    count += 1
    endsInSpace = isSpace
  }

  /// Writes a scalar that is not white space, as UTF-8.
  @inline(__always)
  mutating func write(_ scalar: UInt32, to out: inout MutableRawSpan) {
    func store(_ byte: UInt32, at position: Int) {
      out.storeBytes(
        of: UInt8(truncatingIfNeeded: byte), toByteOffset: count + position, as: UInt8.self)
    }
    func trail(_ shift: UInt32) -> UInt32 { 0x80 | scalar >> shift & 0x3F }
    endsInSpace = false
    if scalar < 0x80 {
      store(scalar, at: 0)
      count += 1
    } else if scalar < 0x800 {
      store(0xC0 | scalar >> 6, at: 0)
      store(trail(0), at: 1)
      count += 2
    } else if scalar < 0x10000 {
      store(0xE0 | scalar >> 12, at: 0)
      store(trail(6), at: 1)
      store(trail(0), at: 2)
      count += 3
    } else {
      store(0xF0 | scalar >> 18, at: 0)
      store(trail(12), at: 1)
      store(trail(6), at: 2)
      store(trail(0), at: 3)
      count += 4
    }
  }
}
