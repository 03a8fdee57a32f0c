/// One pattern of the phrase tables, compiled to word hashes. The language is described at
/// `Phrases`.
struct PhrasePattern: Sendable {
  /// One step of a pattern.
  enum Element: Sendable {
    /// One of these words.
    case word([UInt64], isOptional: Bool)
    /// At most this many words, and commas too if they are allowed.
    case gap(Int, hasCommas: Bool)
    /// One of these rows of elements: a slot.
    case slot([[Element]], isOptional: Bool)
  }

  let elements: [Element]

  /// The words that can come first. Empty if a gap can.
  var firstWords: Set<UInt64> { Self.firstWords(elements[...]) ?? [] }

  /// One way to begin: the words that can come first, and those that can then come second, nil if
  /// that is open.
  struct Start {
    let first: [UInt64]
    let second: Set<UInt64>?
  }

  var starts: [Start] { Self.starts(elements[...]) }

  private static func starts(_ elements: ArraySlice<Element>) -> [Start] {
    guard let element = elements.first else { return [] }
    let rest = elements.dropFirst()
    switch element {
    case .gap: return []
    case .word(let choices, let isOptional):
      return [Start(first: choices, second: firstWords(rest))] + (isOptional ? starts(rest) : [])
    case .slot(let rows, let isOptional):
      return rows.flatMap { starts($0[...] + rest) } + (isOptional ? starts(rest) : [])
    }
  }

  /// Whether the pattern is all of `words`, of which there are at most `SentenceWords.maximum`.
  ///
  /// A set of positions reached, one bit each, goes through the elements: no pattern makes it go
  /// back.
  ///
  /// - Complexity: O(elements · words).
  func matches(_ words: [UInt64]) -> Bool {
    Self.advance(1, elements, words) >> UInt64(words.count) & 1 == 1
  }

  private static func advance(
    _ positions: UInt64, _ elements: [Element], _ words: [UInt64]
  ) -> UInt64 {
    var positions = positions
    for element in elements where positions != 0 {
      switch element {
      case .word(let choices, let isOptional):
        let next = step(positions, words) { choices.contains($0) }
        positions = isOptional ? positions | next : next
      case .gap(let most, let hasCommas):
        var front = positions
        for _ in 0..<most where front != 0 {
          front = step(front, words) { hasCommas || $0 != WordHash.comma } & ~positions
          positions |= front
        }
      case .slot(let rows, let isOptional):
        var next = isOptional ? positions : 0
        for row in rows { next |= advance(positions, row, words) }
        positions = next
      }
    }
    return positions
  }

  /// The positions after one word that passes.
  private static func step(
    _ positions: UInt64, _ words: [UInt64], _ passes: (UInt64) -> Bool
  ) -> UInt64 {
    var rest = positions
    var next: UInt64 = 0
    while rest != 0 {
      let index = rest.trailingZeroBitCount
      rest &= rest - 1
      if index < words.count && passes(words[index]) { next |= 1 << UInt64(index + 1) }
    }
    return next
  }

  /// The words that can come first, nil if anything or nothing can.
  private static func firstWords(_ elements: ArraySlice<Element>) -> Set<UInt64>? {
    var words: Set<UInt64> = []
    for element in elements {
      switch element {
      case .gap: return nil
      case .word(let choices, let isOptional):
        words.formUnion(choices)
        if !isOptional { return words }
      case .slot(let rows, let isOptional):
        for row in rows {
          guard let first = firstWords(row[...]) else { return nil }
          words.formUnion(first)
        }
        if !isOptional { return words }
      }
    }
    return nil
  }
}

extension PhrasePattern {
  /// Longer patterns are refused: it bounds the work on a sentence.
  static let elementsMaximum = 64

  /// Compiles a pattern. Of the languages in `tables` it can name the classes and slots.
  init(_ source: Substring, _ tables: [Phrases]) throws(PhraseError.Reason) {
    elements = try Self.row(source, tables, depth: 0)
    guard !elements.isEmpty, elements.count <= Self.elementsMaximum else { throw .length }
    guard !firstWords.isEmpty else { throw .start }
  }

  private static func row(
    _ source: Substring, _ tables: [Phrases], depth: Int
  ) throws(PhraseError.Reason) -> [Element] {
    var row: [Element] = []
    for part in source.split(separator: " ") { row.append(try element(part, tables, depth)) }
    return row
  }

  private static func element(
    _ source: Substring, _ tables: [Phrases], _ depth: Int
  ) throws(PhraseError.Reason) -> Element {
    if source.first == "*" || source.first == "~" {
      let hasCommas = source.first == "*"
      let digits = source.dropFirst()
      if digits.isEmpty { return .gap(SentenceWords.maximum, hasCommas: hasCommas) }
      guard let most = Int(digits), (1...SentenceWords.maximum).contains(most) else {
        throw .element(String(source))
      }
      return .gap(most, hasCommas: hasCommas)
    }
    let isOptional = source.last == "?"
    let body = isOptional ? source.dropLast() : source
    if body.first == "<" {
      let name = String(body.dropFirst().dropLast())
      guard body.last == ">", depth < 4, let rows = tables.lazy.compactMap({ $0.slots[name] }).first
      else { throw .unknown(String(body)) }
      var slot: [[Element]] = []
      for pattern in rows { slot.append(try row(pattern[...], tables, depth: depth + 1)) }
      return .slot(slot, isOptional: isOptional)
    }
    var words: [UInt64] = []
    for choice in body.split(separator: "|", omittingEmptySubsequences: false) {
      words += try hashes(choice, tables)
    }
    return .word(words, isOptional: isOptional)
  }

  /// The words of one choice: itself, or those of its class.
  private static func hashes(
    _ choice: Substring, _ tables: [Phrases]
  ) throws(PhraseError.Reason) -> [UInt64] {
    guard choice.first == "{" else {
      guard isWord(choice) else { throw .element(String(choice)) }
      return [WordHash.of(choice)]
    }
    let name = String(choice.dropFirst().dropLast())
    guard choice.last == "}", let list = tables.lazy.compactMap({ $0.classes[name] }).first else {
      throw .unknown(String(choice))
    }
    return list.split(separator: " ").map { WordHash.of($0) }
  }

  /// Whether a sentence can have this as one element: a word, or one punctuation character.
  private static func isWord(_ choice: Substring) -> Bool {
    let bytes = Array(choice.utf8)
    if bytes.count == 1 { return bytes[0] > 0x20 && bytes[0] != 0x7F }
    return !bytes.isEmpty
      && bytes.allSatisfy { WordHash.isWordByte($0) || WordHash.joinsLetters($0) }
  }
}
