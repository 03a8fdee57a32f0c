/// Reads a JSON string's body byte by byte, so that places in the text it means can be found in the bytes
/// that were written. Slow and plain: it runs for a few strings at a time.
struct JSONString {
  private let body: ArraySlice<UInt8>
  /// The next byte of the body to be read.
  private(set) var position: Int

  init(body: ArraySlice<UInt8>) {
    self.body = body
    position = body.startIndex
  }

  /// The next piece of text: a run without escapes is given byte by byte, an escape as a whole.
  /// Half of a surrogate pair becomes U+FFFD, which has as many units of UTF-16.
  mutating func next(_ piece: inout [UInt8]) -> Bool {
    piece.removeAll(keepingCapacity: true)
    guard position < body.endIndex else { return false }
    guard body[position] == UInt8(ascii: "\\"), position + 1 < body.endIndex else {
      piece.append(body[position])
      position += 1
      return true
    }
    let kind = body[position + 1]
    position += 2
    switch kind {
    case UInt8(ascii: "n"): piece.append(0x0A)
    case UInt8(ascii: "t"): piece.append(0x09)
    case UInt8(ascii: "r"): piece.append(0x0D)
    case UInt8(ascii: "b"): piece.append(0x08)
    case UInt8(ascii: "f"): piece.append(0x0C)
    case UInt8(ascii: "u"):
      var value = unit(at: position)
      position = min(position + 4, body.endIndex)
      if value & 0xFC00 == 0xD800, position + 6 <= body.endIndex,
        body[position] == UInt8(ascii: "\\"), body[position + 1] == UInt8(ascii: "u")
      {
        let low = unit(at: position + 2)
        if low & 0xFC00 == 0xDC00 {
          value = 0x10000 + ((value & 0x3FF) << 10 | (low & 0x3FF))
          position += 6
        }
      }
      piece.append(contentsOf: (Unicode.Scalar(value) ?? "\u{FFFD}").utf8)
    default: piece.append(kind)
    }
    return true
  }

  private func unit(at start: Int) -> UInt32 {
    var value: UInt32 = 0
    for byte in body[min(start, body.endIndex)..<min(start + 4, body.endIndex)] {
      let digit = byte & 0x40 == 0 ? byte & 0xF : (byte & 0xF) + 9
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  /// The whole text.
  /// - Complexity: O(bytes).
  static func text(of body: ArraySlice<UInt8>) -> [UInt8] {
    var reader = JSONString(body: body)
    var (text, piece): ([UInt8], [UInt8]) = ([], [])
    text.reserveCapacity(body.count)
    while reader.next(&piece) { text += piece }
    return text
  }

  /// Where stretches of the text stand in the body's bytes.
  /// - Parameter ranges: ascending, disjoint, in bytes of the text.
  /// - Complexity: O(bytes).
  static func places(of ranges: [Range<Int>], in body: ArraySlice<UInt8>) -> [Range<Int>] {
    var reader = JSONString(body: body)
    var piece: [UInt8] = []
    var offset = 0
    /// The place of a byte of the text, going on from the one before.
    func place(_ target: Int) -> Int {
      while offset < target, reader.next(&piece) { offset += piece.count }
      return reader.position
    }
    return ranges.map { range in
      let start = place(range.lowerBound)
      return start..<place(range.upperBound)
    }
  }
}
