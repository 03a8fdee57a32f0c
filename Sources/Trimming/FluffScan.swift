/// Looks for fluff in the units of one assistant text.
///
/// Units are named by their index in the outline. The request is read only when the first stock
/// phrase is met.
struct FluffScan {
  /// A longer row of stock phrases at one end is left alone: it bounds the work on hostile texts.
  static let chainMaximum = 32
  let outline: TextOutline
  let book: PhraseBook
  private(set) var traits: RequestTraits?

  init(_ outline: TextOutline, _ book: PhraseBook, _ traits: RequestTraits?) {
    self.outline = outline
    self.book = book
    self.traits = traits
  }

  /// The units at the start that can go.
  struct Head {
    /// One past the last unit to cut: the first that stays.
    var count: Int
    /// The first unit to cut, and why each one is cut.
    var first: Int
    var kinds: [EditKind]
  }

  /// The units at the end that can go: `first` and all after it.
  struct Tail {
    var first: Int
  }

  mutating func requestTraits(_ request: Span<UInt8>) -> RequestTraits {
    if let traits { return traits }
    let read = RequestTraits(request)
    traits = read
    return read
  }

  /// How far the unit stands from the one before it.
  func gap(_ text: Span<UInt8>, before index: Int) -> Distance {
    let unit = outline.units[index]
    let previous = outline.units[index - 1]
    if unit.paragraph != previous.paragraph { return .paragraph }
    for offset in previous.end..<unit.start where text[offset] == UInt8(ascii: "\n") {
      return .line
    }
    return .anywhere
  }

  /// Whether a pattern of the table can begin as the unit does, and end so.
  func knows(_ table: PhraseTable, _ text: Span<UInt8>, _ unit: TextUnit) -> Bool {
    var index = unit.start
    let first = Self.word(text, &index, unit.wordsEnd)
    guard table.knows(first, end: unit.mark) else { return false }
    while index < unit.wordsEnd && TextBytes.isBlank(text[index]) { index += 1 }
    guard index < unit.wordsEnd else { return true }
    let byte = text[index]
    let second =
      WordHash.isWordByte(byte) ? Self.word(text, &index, unit.wordsEnd) : WordHash.of(byte)
    return table.knows(first, second, end: unit.mark)
  }

  /// The hash of the word that the unit begins with, as `SentenceWords` would give it.
  func firstWord(_ text: Span<UInt8>, _ unit: TextUnit) -> UInt64 {
    var index = unit.start
    return Self.word(text, &index, unit.wordsEnd)
  }

  /// The hash of the word at `index`, which is moved behind it.
  private static func word(_ text: Span<UInt8>, _ index: inout Int, _ end: Int) -> UInt64 {
    var hash = WordHash()
    while index < end {
      let byte = text[index]
      if byte == 0xE2, TextBytes.has("\u{2019}", text, at: index, end) {
        hash.add(UInt8(ascii: "'"))
        index += 3
        continue
      }
      let joins =
        WordHash.joinsLetters(byte) && index + 1 < end
        && WordHash.isWordByte(text[index + 1])
      guard WordHash.isWordByte(byte) || joins else { break }
      hash.add(byte)
      index += 1
    }
    return hash.value
  }

  /// Whether some unit from `first` to before `last` has a letter or digit.
  func hasSubstance(_ text: Span<UInt8>, from first: Int, to last: Int) -> Bool {
    guard first < last else { return false }
    for unit in outline.units[first..<last] {
      for index in unit.start..<unit.end where TextBytes.isSubstance(text[index]) { return true }
    }
    return false
  }

  /// Each cut sentence with the white space after it.
  func edits(head: Head) -> [TextEdit] {
    head.kinds.enumerated().map { offset, kind in
      let index = head.first + offset
      return TextEdit(
        start: outline.units[index].start, end: outline.units[index + 1].start, kind: kind)
    }
  }

  /// Each cut sentence with the white space before it.
  func edits(tail: Tail) -> [TextEdit] {
    (tail.first..<outline.units.count).map { index in
      TextEdit(
        start: outline.units[index - 1].end, end: outline.units[index].end, kind: .closer)
    }
  }
}
