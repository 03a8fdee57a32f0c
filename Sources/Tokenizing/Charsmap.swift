/// The compiled normalization of a SentencePiece model: a double-array trie from texts to what
/// replaces them.
///
/// Four bytes with the size of the trie, little-endian as all numbers; the trie, an array of 32-bit
/// units (darts-clone); and the replacements, each ended by a zero byte. A unit has a label in its
/// low byte, a flag for "a value follows" (bit 8), and an offset in the bits from 10, shifted by 8
/// more where bit 9 is set.
struct Charsmap: Sendable {
  private let units: [UInt32]
  private let replacements: [UInt8]
  /// What replaces each ASCII character.
  private var ascii: [Int?] = []

  init(_ bytes: [UInt8]) throws(TokenizerProblem) {
    guard bytes.count >= 4 else { throw TokenizerProblem("the charsmap is cut off") }
    func number(_ index: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[index + $1]) << UInt32(8 * $1) }
    }
    let size = Int(number(0))
    guard size >= 4, size % 4 == 0, 4 + size <= bytes.count else {
      throw TokenizerProblem("the charsmap is cut off")
    }
    units = stride(from: 4, to: 4 + size, by: 4).map(number)
    replacements = Array(bytes[(4 + size)...])
    guard replacements.last == 0 else {
      throw TokenizerProblem("the charsmap's last replacement has no end")
    }
    ascii = (UInt8(0)..<128).map { find([$0]) }
  }

  /// Where the replacement of the shortest key begins that `text` begins with.
  private func find(_ text: ArraySlice<UInt8>) -> Int? {
    var node = Self.shifted(units[0])
    for byte in text {
      guard byte != 0 else { return nil }
      node ^= Int(byte)
      guard node < units.count else { return nil }
      let unit = units[node]
      guard unit & 0x8000_00FF == UInt32(byte) else { return nil }
      node ^= Self.shifted(unit)
      guard node < units.count else { return nil }
      if unit >> 8 & 1 == 1 {
        let value = Int(units[node] & 0x7FFF_FFFF)
        return value < replacements.count ? value : nil
      }
    }
    return nil
  }

  private static func shifted(_ unit: UInt32) -> Int {
    Int(unit >> 10) << (unit & 0x200 == 0 ? 0 : 8)
  }

  private func append(_ start: Int, to output: inout [UInt8]) {
    var index = start
    while replacements[index] != 0 {
      output.append(replacements[index])
      index += 1
    }
  }

  /// What is replaced is looked for by grapheme where that is short, and else by scalar.
  ///
  /// Between two ASCII characters graphemes always end, but for a carriage return before a line
  /// feed; so only what has others in it is cut into graphemes.
  func apply(_ text: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(text.count + text.count / 8)
    var index = 0
    while index < text.count {
      var next = index + 1
      while next < text.count, !Self.splits(text[next - 1], text[next]) { next += 1 }
      if next == index + 1 {
        single(text[index], to: &output)
      } else {
        graphemes(text[index..<next], to: &output)
      }
      index = next
    }
    return output
  }

  private static func splits(_ one: UInt8, _ other: UInt8) -> Bool {
    one < 0x80 && other < 0x80 && !(one == 0x0D && other == 0x0A)
  }

  private func single(_ byte: UInt8, to output: inout [UInt8]) {
    if let start = ascii[Int(byte & 0x7F)] {
      append(start, to: &output)
    } else {
      output.append(byte)
    }
  }

  private func graphemes(_ text: ArraySlice<UInt8>, to output: inout [UInt8]) {
    for character in String(decoding: text, as: UTF8.self) {
      let grapheme = Array(character.utf8)
      if grapheme.count < 6, let start = find(grapheme[...]) {
        append(start, to: &output)
        continue
      }
      var index = 0
      while index < grapheme.count {
        let next = index + Scalars.decode(grapheme.span, index, grapheme.count).size
        if let start = find(grapheme[index..<next]) {
          append(start, to: &output)
        } else {
          output += grapheme[index..<next]
        }
        index = next
      }
    }
  }
}
