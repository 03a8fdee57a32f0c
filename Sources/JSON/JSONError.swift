/// Why bytes are not a JSON text, and where.
///
/// `{"a":tru}` gives `JSONError(reason: .invalidLiteral, offset: 5)`, which reads
/// "invalid literal at byte 5".
package struct JSONError: Error, Equatable, Sendable {
  package enum Reason: String, Sendable {
    case empty = "no value"
    case byteOrderMark = "byte order mark"
    case invalidUTF8 = "invalid UTF-8"
    case controlCharacter = "unescaped control character in a string"
    case unclosedString = "string without its closing quote"
    case invalidEscape = "invalid escape in a string"
    case invalidNumber = "invalid number"
    case invalidLiteral = "invalid literal"
    case expectedValue = "a value is expected"
    case expectedKey = "a quoted key is expected"
    case expectedColon = "a colon is expected"
    case expectedCommaOrEnd = "a comma or the closing bracket is expected"
    case trailingBytes = "bytes after the value"
    case incomplete = "the text ends inside an array or object"
    case tooDeep = "nested deeper than the limit"
    case tooLong = "longer than 4 GiB"
    case outOfMemory = "not enough memory"
  }

  package let reason: Reason
  /// Byte offset into the text that was parsed.
  package let offset: Int

  package init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  package var message: String { "\(reason.rawValue) at byte \(offset)" }
}

/// A string whose escapes name half of a surrogate pair: JSON allows it, UTF-8 cannot hold it.
package struct LoneSurrogate: Error, Equatable, Sendable {}
