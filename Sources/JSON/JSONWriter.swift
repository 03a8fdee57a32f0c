internal import Glibc

/// Appends JSON to a byte array. Commas are put by looking at the last byte: a value or key that
/// follows anything but an opening bracket, a colon or the start is preceded by one.
///
/// ```swift
/// var writer = JSONWriter()
/// writer.object { writer in
///   writer.key("id"); writer.raw(value.rawBytes)   // copied through as it came
///   writer.key("keep"); writer.bool(true)
/// }
/// ```
package struct JSONWriter: Sendable {
  package private(set) var bytes: [UInt8]

  package init(reserving capacity: Int = 256) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  /// Takes the bytes out and leaves the writer empty.
  package mutating func take() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  /// Cuts what was written after `count` bytes: undoes a value that cannot be finished.
  package mutating func truncate(to count: Int) {
    bytes.removeLast(bytes.count - count)
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }

  private var needsComma: Bool {
    switch bytes.last {
    case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"), 0x0A: false
    default: true
    }
  }

  /// Appends at most `count` bytes and, before them, a comma where one is needed.
  @inline(__always)
  private mutating func append(atMost count: Int, _ body: (inout OutputSpan<UInt8>) -> Void) {
    let needsComma = needsComma
    bytes.append(addingCapacity: count + 1) { output in
      if needsComma { output.append(UInt8(ascii: ",")) }
      body(&output)
    }
  }

  // MARK: Containers

  package mutating func object(_ body: (inout JSONWriter) -> Void) {
    beginObject()
    body(&self)
    endObject()
  }

  package mutating func array(_ body: (inout JSONWriter) -> Void) {
    beginArray()
    body(&self)
    endArray()
  }

  package mutating func beginObject() {
    separate()
    bytes.append(UInt8(ascii: "{"))
  }
  package mutating func endObject() { bytes.append(UInt8(ascii: "}")) }
  package mutating func beginArray() {
    separate()
    bytes.append(UInt8(ascii: "["))
  }
  package mutating func endArray() { bytes.append(UInt8(ascii: "]")) }

  /// A member's name, which needs no escaping.
  package mutating func key(_ name: StaticString) {
    append(atMost: name.utf8CodeUnitCount + 3) { output in
      output.append(UInt8(ascii: "\""))
      for place in 0..<name.utf8CodeUnitCount { output.append(name.utf8Start[place]) }
      output.append(UInt8(ascii: "\""))
      output.append(UInt8(ascii: ":"))
    }
  }

  /// A member's name of any content. Under a label of its own, or every literal would be taken for one.
  package mutating func key(escaping name: String) {
    string(name)
    bytes.append(UInt8(ascii: ":"))
  }

  /// After a name that was copied through with `raw`.
  package mutating func colon() { bytes.append(UInt8(ascii: ":")) }

  // MARK: Values

  package mutating func null() { literal("null") }
  package mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }

  private mutating func literal(_ text: StaticString) {
    separate()
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  package mutating func integer(_ value: Int) {
    append(atMost: Self.digitMaximum + 1) { output in
      if value < 0 { output.append(UInt8(ascii: "-")) }
      Self.append(digitsOf: value.magnitude, to: &output)
    }
  }

  /// Of an integer of 64 bits.
  private static let digitMaximum = 20

  /// `value` divided by 10^`decimals`, in digits, without trailing zeros: (91320, 5) is `0.9132`.
  /// Fixed point on purpose: the same on every machine.
  package mutating func decimal(_ value: Int, decimals: Int) {
    var scale: UInt = 1
    for _ in 0..<decimals { scale *= 10 }
    let (whole, part) = value.magnitude.quotientAndRemainder(dividingBy: scale)
    append(atMost: 2 * Self.digitMaximum + 2) { output in
      if value < 0 { output.append(UInt8(ascii: "-")) }
      Self.append(digitsOf: whole, to: &output)
      guard part != 0 else { return }
      var (rest, count) = (part, decimals)
      while rest % 10 == 0 {
        rest /= 10
        count -= 1
      }
      output.append(UInt8(ascii: "."))
      Self.append(digitsOf: rest, atLeast: count, to: &output)
    }
  }

  private static func append(
    digitsOf value: UInt, atLeast count: Int = 1, to output: inout OutputSpan<UInt8>
  ) {
    var digits: InlineArray<20, UInt8> = InlineArray(repeating: UInt8(ascii: "0"))
    var first = digits.count
    var rest = value
    while rest > 0 {
      first -= 1
      digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    first = min(first, digits.count - count)
    for index in first..<digits.count { output.append(digits[index]) }
  }

  /// A value that is JSON already, as it came.
  package mutating func raw(_ value: Span<UInt8>) {
    separate()
    value.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
  }

  package mutating func string(_ text: String) {
    var text = text
    separate()
    text.withUTF8 { appendQuoted($0) }
  }

  /// A string from valid UTF-8.
  package mutating func string(_ utf8: Span<UInt8>) {
    separate()
    utf8.withUnsafeBufferPointer { appendQuoted($0) }
  }

  /// - Complexity: O(bytes); runs without escapes are copied as a block.
  private mutating func appendQuoted(_ text: UnsafeBufferPointer<UInt8>) {
    bytes.append(UInt8(ascii: "\""))
    var copied = 0
    for position in 0..<text.count {
      let byte = text[position]
      guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
        continue
      }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[copied..<position]))
      appendEscape(of: byte)
      copied = position + 1
    }
    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[copied...]))
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func appendEscape(of byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    default:
      let digits: StaticString = "0123456789abcdef"
      bytes.append(contentsOf: [UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0")])
      bytes.append(digits.utf8Start[Int(byte >> 4)])
      bytes.append(digits.utf8Start[Int(byte & 0xF)])
    }
  }
}
