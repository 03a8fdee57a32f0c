package import JSON

/// The name of an example: a string or an integer of any size; `1` and `"1"` differ.
package struct ExampleID: Hashable, Sendable {
  /// A quote and the string's UTF-8, or an integer's digits as they came.
  private let bytes: [UInt8]

  package init(string: some Sequence<UInt8>) { bytes = [UInt8(ascii: "\"")] + Array(string) }

  package init(string: String) { self.init(string: string.utf8) }

  /// The name the server gives to an example without one.
  package init(sequence: Int) { self.init(string: "#\(sequence)") }

  /// - Throws: what is wrong with a value that is no id, at `pointer`.
  package init(
    _ value: JSONValue, at pointer: JSONPointer, bytesMaximum: Int
  ) throws(InputError) {
    switch value.kind {
    case .string:
      var name: [UInt8] = []
      name.reserveCapacity(value.byteRange.count)
      name.append(UInt8(ascii: "\""))
      do {
        try value.appendUTF8(to: &name)
      } catch {
        throw InputError(.invalidExample, "half of a surrogate pair in the id", at: pointer)
      }
      bytes = name
    case .number where value.isInteger:
      bytes = Array(value.rawBytes)
    default:
      throw InputError(
        .invalidExample, "an id is a string or an integer, not \(value.kind.description)",
        at: pointer)
    }
    guard bytes.count - 1 <= bytesMaximum else {
      throw InputError(
        .invalidExample, "an id may have \(bytesMaximum) bytes, this one has \(bytes.count - 1)",
        at: pointer, limit: "exampleIdBytes")
    }
  }

  /// A name as `withBytes` gave it.
  init(stored: some Sequence<UInt8>) { bytes = Array(stored) }

  /// Calls `body` with bytes that are equal for equal names only.
  func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) { bytes.withUnsafeBytes(body) }

  /// The number n of a name `"#n"`, as the server gives them; nil for any other name.
  var sequence: Int? {
    guard bytes.count > 2, bytes.count <= 20, bytes[1] == UInt8(ascii: "#"),
      bytes[0] == UInt8(ascii: "\""), bytes[2] != UInt8(ascii: "0")
    else { return nil }
    var number = 0
    for byte in bytes[2...] {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      number = number * 10 + Int(byte & 0xF)
    }
    return number
  }

  package func write(to writer: inout JSONWriter) {
    if bytes[0] == UInt8(ascii: "\"") {
      writer.string(bytes.span.extracting(droppingFirst: 1))
    } else {
      writer.raw(bytes.span)
    }
  }
}
