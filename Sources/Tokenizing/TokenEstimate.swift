/// An estimate of how many model tokens a text costs, with no vocabulary at hand.
///
/// Modern byte-pair vocabularies (about 100,000 to 250,000 entries) cut a text first into runs of
/// letters, digits, punctuation and white space, and then each run into pieces. Their common words
/// are one piece, so the estimate counts runs and adds to the long ones:
///
/// | run | model tokens |
/// |---|---|
/// | n bytes of letters: ASCII, and scalars of two bytes (Latin with marks, Cyrillic, Arabic …) | 1 up to 9 bytes, then 1 + (n − 3) / 7 |
/// | n digits | n / 3, rounded up |
/// | n punctuation characters | n / 2, rounded up |
/// | a scalar of three bytes (Han, kana, Hangul, Thai, typographic signs) | 1 |
/// | a scalar of four bytes (emoji, rare Han) | 2 |
/// | white space that ends a line, or two or more spaces | 1 |
/// | one space | 0: it travels with what follows |
///
/// Example: `Here are 3 tips:` is three words, one digit run and one punctuation run: 5 tokens.
///
/// It is an estimate, and who prints it says so. Integers only: the same on every machine.
package enum TokenEstimate {
  /// The estimated number of model tokens of `text`, which is UTF-8; 0 for an empty text.
  ///
  /// Most of a text is ASCII, whose runs are counted 64 bytes at a time; what is not is read run by run.
  ///
  /// - Complexity: O(n) in bytes, one pass, no allocation.
  package static func count(_ text: Span<UInt8>) -> Int {
    var total = 0
    var index = 0
    // Where a block gave nothing the next ones would give little.
    var blocksFrom = text.count < 16 ? text.count : 0
    while index < text.count {
      if index >= blocksFrom {
        let block = RunBlock(of: text, from: index)
        total += block.cost
        index += block.count
        if block.count > 0 { continue }
        blocksFrom = index + RunBlock.maximum
      }
      let kind = RunKind(text[unchecked: index])
      let start = index
      var endsLine = false
      repeat {
        endsLine = endsLine || text[unchecked: index] == UInt8(ascii: "\n")
        index += 1
      } while index < text.count && kind.takes(text[unchecked: index])
      total += kind.cost(bytes: index - start, endsLine: endsLine)
    }
    return total
  }
}

/// What kind of run begins with a byte. Scalars of three and four bytes are runs of their own.
enum RunKind {
  case letters, digits, punctuation, space, threeBytes, fourBytes

  @inline(__always)
  init(_ first: UInt8) {
    switch first {
    case 0x41...0x5A, 0x61...0x7A, 0x80..<0xE0: self = .letters
    case 0x30...0x39: self = .digits
    case 0x09...0x0D, 0x20: self = .space
    case 0x00..<0x80: self = .punctuation
    case 0xE0..<0xF0: self = .threeBytes
    default: self = .fourBytes
    }
  }

  /// Whether there is a byte of white space at an offset.
  @inline(__always)
  static func isSpace(_ text: Span<UInt8>, _ index: Int) -> Bool {
    index < text.count && RunKind(text[unchecked: index]) == .space
  }

  /// Whether a run of this kind goes on with `byte`.
  @inline(__always)
  func takes(_ byte: UInt8) -> Bool {
    switch self {
    case .letters, .digits, .punctuation, .space: RunKind(byte) == self
    case .threeBytes, .fourBytes: byte & 0xC0 == 0x80
    }
  }

  /// The model tokens of a run of `bytes` bytes of this kind.
  @inline(__always)
  func cost(bytes: Int, endsLine: Bool) -> Int {
    switch self {
    case .letters: bytes <= 9 ? 1 : 1 + (bytes - 3) / 7
    case .digits: (bytes + 2) / 3
    case .punctuation: (bytes + 1) / 2
    case .space: endsLine || bytes > 1 ? 1 : 0
    case .threeBytes: 1
    case .fourBytes: 2
    }
  }
}
