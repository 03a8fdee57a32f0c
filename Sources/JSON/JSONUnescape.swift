internal import Glibc

/// Resolves the escapes of a string body that the walk has validated.
enum JSONUnescape {
  /// - Complexity: O(bytes).
  static func append(
    _ body: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]
  ) throws(LoneSurrogate) {
    guard let base = body.baseAddress else { return }
    var position = 0
    while position < body.count {
      let rest = body.count - position
      guard let found = memchr(base + position, Int32(UInt8(ascii: "\\")), rest) else {
        output.append(contentsOf: UnsafeBufferPointer(start: base + position, count: rest))
        return
      }
      let escape = UnsafeRawPointer(found) - UnsafeRawPointer(base)
      output.append(
        contentsOf: UnsafeBufferPointer(start: base + position, count: escape - position))
      position = escape + 2
      switch body[escape + 1] {
      case UInt8(ascii: "n"): output.append(0x0A)
      case UInt8(ascii: "t"): output.append(0x09)
      case UInt8(ascii: "r"): output.append(0x0D)
      case UInt8(ascii: "b"): output.append(0x08)
      case UInt8(ascii: "f"): output.append(0x0C)
      case UInt8(ascii: "u"):
        var scalar = unit(body, position)
        position += 4
        if scalar & 0xFC00 == 0xD800, position + 6 <= body.count,
          body[position] == UInt8(ascii: "\\"), body[position + 1] == UInt8(ascii: "u")
        {
          let low = unit(body, position + 2)
          if low & 0xFC00 == 0xDC00 {
            scalar = 0x10000 + ((scalar & 0x3FF) << 10 | (low & 0x3FF))
            position += 6
          }
        }
        guard let scalar = Unicode.Scalar(scalar) else { throw LoneSurrogate() }
        output.append(contentsOf: Unicode.Scalar(scalar).utf8)
      case let literal: output.append(literal)
      }
    }
  }

  private static func unit(_ body: UnsafeBufferPointer<UInt8>, _ position: Int) -> UInt32 {
    var value: UInt32 = 0
    for byte in body[position..<position + 4] {
      value = value << 4 | UInt32(isDigit(byte) ? byte & 0xF : (byte & 0xF) + 9)
    }
    return value
  }
}
