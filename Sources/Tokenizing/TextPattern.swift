/// What a text is searched for: a plain text, or an expression.
enum TextPattern: Sendable {
  case text([UInt8])
  case known(KnownSplit)
  case expression(PatternMatcher)
  /// Each scalar of these categories.
  case categories(CategorySet)
  /// Each scalar that BERT and others take for punctuation: ASCII's signs, and category P.
  case punctuation
  /// Runs of word characters, and runs of what is neither that nor white space.
  case words

  /// A part of a text, and whether it was found or lies between.
  typealias Part = (end: Int, isMatch: Bool)

  /// Appends the parts of `text[start..<end]`, one after another.
  func parts(_ text: Span<UInt8>, _ start: Int, _ end: Int, into parts: inout [Part]) {
    switch self {
    case .text(let sought): Self.find(sought, text, start, end, into: &parts)
    case .known(let split):
      var ends: [Int] = []
      split.split(text, start, end, into: &ends)
      parts += ends.map { ($0, true) }
    case .expression(let matcher):
      var index = start
      var gap = start
      while true {
        index = matcher.candidate(text, index, end)
        guard index < end else { break }
        if let stop = matcher.match(text, index, start, end), stop > index {
          if gap < index { parts.append((index, false)) }
          parts.append((stop, true))
          index = stop
          gap = stop
        } else {
          index += Scalars.decode(text, index, end).size
        }
      }
      if gap < end { parts.append((end, false)) }
    case .categories(let set):
      Self.scalars(text, start, end, into: &parts) { !$0.isDisjoint(with: set) }
    case .punctuation:
      Self.scalars(text, start, end, into: &parts, orASCII: Self.isASCIIPunctuation) {
        !$0.isDisjoint(with: .punctuation)
      }
    case .words: Self.words(text, start, end, into: &parts)
    }
  }

  static func isASCIIPunctuation(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7F && !AsciiCategories.isAlphanumeric(byte)
  }

  private static func find(
    _ sought: [UInt8], _ text: Span<UInt8>, _ start: Int, _ end: Int, into parts: inout [Part]
  ) {
    var index = start
    var gap = start
    while index + sought.count <= end {
      if text[index] == sought[0],
        ByteHash.isEqual(text, index, sought.span, 0, sought.count)
      {
        if gap < index { parts.append((index, false)) }
        index += sought.count
        parts.append((index, true))
        gap = index
      } else {
        index += 1
      }
    }
    if gap < end { parts.append((end, false)) }
  }

  private static func scalars(
    _ text: Span<UInt8>, _ start: Int, _ end: Int, into parts: inout [Part],
    orASCII: (UInt8) -> Bool = { _ in false }, _ passes: (CategorySet) -> Bool
  ) {
    var index = start
    var gap = start
    while index < end {
      let (scalar, size) = Scalars.decode(text, index, end)
      let isASCIIMatch = scalar < 0x80 && orASCII(UInt8(scalar))
      if isASCIIMatch || passes(CategoryTable.shared.category(of: scalar)) {
        if gap < index { parts.append((index, false)) }
        parts.append((index + size, true))
        gap = index + size
      }
      index += size
    }
    if gap < end { parts.append((end, false)) }
  }

  private static func words(
    _ text: Span<UInt8>, _ start: Int, _ end: Int, into parts: inout [Part]
  ) {
    enum Kind { case word, space, other }
    func kind(_ scalar: UInt32) -> Kind {
      if WordCharacters.contains(scalar) { return .word }
      return CategoryTable.shared.category(of: scalar).isDisjoint(with: .space) ? .other : .space
    }
    var index = start
    while index < end {
      let (scalar, size) = Scalars.decode(text, index, end)
      let first = kind(scalar)
      index += size
      while index < end {
        let (next, size) = Scalars.decode(text, index, end)
        guard kind(next) == first else { break }
        index += size
      }
      parts.append((index, first != .space))
    }
  }

  // MARK: Replacing

  func replacing(in text: [UInt8], with content: [UInt8]) -> [UInt8] {
    if case .text(let sought) = self, sought.count == 1 {
      var output: [UInt8] = []
      output.reserveCapacity(text.count + text.count / 2)
      for byte in text {
        if byte == sought[0] { output += content } else { output.append(byte) }
      }
      return output
    }
    var found: [Part] = []
    parts(text.span, 0, text.count, into: &found)
    var output: [UInt8] = []
    output.reserveCapacity(text.count)
    var start = 0
    for part in found {
      if part.isMatch { output += content } else { output += text[start..<part.end] }
      start = part.end
    }
    return output
  }

  // MARK: White space

  static func afterSpace(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var index = start
    while index < end {
      let (scalar, size) = Scalars.decode(text, index, end)
      if CategoryTable.shared.category(of: scalar).isDisjoint(with: .space) { break }
      index += size
    }
    return index
  }

  static func beforeSpace(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var index = end
    while index > start {
      let previous = max(start, Scalars.start(before: index, text))
      let (scalar, _) = Scalars.decode(text, previous, index)
      if CategoryTable.shared.category(of: scalar).isDisjoint(with: .space) { break }
      index = previous
    }
    return index
  }
}

/// What `\w` is: letters, marks, decimal and letter numbers, connectors, joiners, and the circled
/// letters.
enum WordCharacters {
  private static let set = CategorySet.letter.union(.mark).union(.decimal)
    .union(.named("Nl")).union(.named("Pc"))

  static func contains(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x200C, 0x200D, 0x24B6...0x24E9, 0x1F130...0x1F149, 0x1F150...0x1F169,
      0x1F170...0x1F189:
      true
    default: !CategoryTable.shared.category(of: scalar).isDisjoint(with: set)
    }
  }
}
