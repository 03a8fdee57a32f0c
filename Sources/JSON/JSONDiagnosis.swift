internal import CSimdjson

/// Finds the place of an error for which stage 1 gives only a name. Slow and plain: it runs once
/// for a text that is refused.
enum JSONDiagnosis {
  static func explain(status: Int, _ source: UnsafeBufferPointer<UInt8>) -> JSONError {
    switch Int32(status) {
    case Int32(THRESHER_JSON_EMPTY): JSONError(.empty, at: 0)
    case Int32(THRESHER_JSON_INVALID_UTF8):
      JSONError(.invalidUTF8, at: firstInvalidUTF8(source) ?? 0)
    case Int32(THRESHER_JSON_CONTROL_CHARACTER):
      JSONError(.controlCharacter, at: scanStrings(source).controlCharacter ?? 0)
    case Int32(THRESHER_JSON_UNCLOSED_STRING):
      JSONError(.unclosedString, at: scanStrings(source).unclosedQuote ?? 0)
    case Int32(THRESHER_JSON_OUT_OF_MEMORY): JSONError(.outOfMemory, at: 0)
    default: JSONError(.expectedValue, at: 0)
    }
  }

  /// Offset of the first byte that begins no well-formed UTF-8 sequence (Unicode 3.9, table 3-7).
  static func firstInvalidUTF8(_ source: UnsafeBufferPointer<UInt8>) -> Int? {
    var decoder = UTF8()
    var iterator = CountingIterator(source: source)
    while true {
      let start = iterator.position
      switch decoder.decode(&iterator) {
      case .scalarValue: continue
      case .emptyInput: return nil
      case .error: return start
      }
    }
  }

  /// The first control character inside a string, and the quote that no other closes.
  private static func scanStrings(
    _ source: UnsafeBufferPointer<UInt8>
  ) -> (controlCharacter: Int?, unclosedQuote: Int?) {
    var quote: Int?
    var position = 0
    while position < source.count {
      switch source[position] {
      case UInt8(ascii: "\"") where quote == nil: quote = position
      case UInt8(ascii: "\""): quote = nil
      case UInt8(ascii: "\\") where quote != nil: position += 1
      case 0..<0x20 where quote != nil: return (position, quote)
      default: break
      }
      position += 1
    }
    return (nil, quote)
  }

  private struct CountingIterator: IteratorProtocol {
    let source: UnsafeBufferPointer<UInt8>
    var position = 0
    mutating func next() -> UInt8? {
      guard position < source.count else { return nil }
      defer { position += 1 }
      return source[position]
    }
  }
}
