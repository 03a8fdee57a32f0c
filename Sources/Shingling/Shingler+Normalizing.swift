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
      if offset + 8 <= size, end.writeASCII(bytes.word(at: offset), to: &out) {
        offset += 8
        combiningRank = 0
        continue
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
  /// Writes eight bytes of ASCII at once, unless they hold anything that takes more thought than
  /// lower-casing: another script, a control character, two spaces in a row.
  @inline(__always)
  mutating func writeASCII(_ word: UInt64, to out: inout MutableRawSpan) -> Bool {
    let isHigh = word | (word &- Bytes.each(0x20)) & ~word
    guard isHigh & Bytes.each(0x80) == 0 else { return false }
    let spaces = Bytes.equal(word, 0x20)
    guard spaces & spaces << 8 == 0, !(endsInSpace && spaces & 0x80 != 0) else { return false }
    let isUpper = (word &+ Bytes.each(0x3F)) & ~(word &+ Bytes.each(0x25)) & Bytes.each(0x80)
    out.storeBytes(of: (word | isUpper >> 2).littleEndian, toByteOffset: count, as: UInt64.self)
    count += 8
    endsInSpace = spaces >> 63 != 0
    return true
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
