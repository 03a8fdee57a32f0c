/// The phrase tables, compiled: patterns of word hashes that a sentence is matched against.
///
/// A pattern starts with a word (or an optional one), never with `*`, so that the first word of a
/// sentence names the few patterns worth trying and all other sentences cost one look-up.
struct PhraseBook: Sendable {
  /// One step of a pattern.
  enum Element: Sendable {
    /// One of these words.
    case word([UInt64], optional: Bool)
    /// At most this many words and commas.
    case gap(Int)
  }

  struct Entry: Sendable {
    let kind: EditKind
    let ends: SentenceEnds
    let condition: PhraseCondition
    let elements: [Element]
  }

  let openers: PhraseTable
  let closers: PhraseTable
  let leaning: Set<UInt64>

  /// The book of all languages there are.
  static let shared = PhraseBook(Phrases.all)

  init(_ languages: [Phrases]) {
    openers = PhraseTable(languages.flatMap { Self.entries($0.openers, $0.classes) })
    closers = PhraseTable(languages.flatMap { Self.entries($0.closers, $0.classes) })
    leaning = Set(languages.flatMap { $0.leaning.split(separator: " ").map { WordHash.of($0) } })
  }

  private static func entries(_ phrases: [Phrase], _ classes: [String: String]) -> [Entry] {
    phrases.map { phrase in
      Entry(
        kind: phrase.kind, ends: phrase.ends, condition: phrase.condition,
        elements: phrase.pattern.split(separator: " ").map { element($0, classes) })
    }
  }

  private static func element(_ source: Substring, _ classes: [String: String]) -> Element {
    if source.first == "*" {
      return .gap(Int(source.dropFirst()) ?? SentenceWords.maximum)
    }
    let optional = source.last == "?"
    var words: [UInt64] = []
    for choice in (optional ? source.dropLast() : source).split(separator: "|") {
      if choice.first == "{" {
        let name = String(choice.dropFirst().dropLast())
        guard let list = classes[name] else { preconditionFailure("no word class \(name)") }
        words += list.split(separator: " ").map { WordHash.of($0) }
      } else {
        words.append(WordHash.of(choice))
      }
    }
    return .word(words, optional: optional)
  }
}

/// Patterns found by the first word of a sentence.
struct PhraseTable: Sendable {
  let entries: [PhraseBook.Entry]
  private let byFirstWord: [UInt64: [Int]]

  init(_ entries: [PhraseBook.Entry]) {
    self.entries = entries
    var index: [UInt64: [Int]] = [:]
    for (position, entry) in entries.enumerated() {
      for word in Self.firstWords(entry.elements) {
        index[word, default: []].append(position)
      }
    }
    byFirstWord = index
  }

  private static func firstWords(_ elements: [PhraseBook.Element]) -> Set<UInt64> {
    var words: Set<UInt64> = []
    for element in elements {
      guard case .word(let choices, let optional) = element else {
        preconditionFailure("a pattern begins with a word")
      }
      words.formUnion(choices)
      if !optional { break }
    }
    return words
  }

  /// Whether any pattern begins with this word.
  func knows(_ firstWord: UInt64) -> Bool { byFirstWord[firstWord] != nil }

  /// The first pattern that matches all of `words` and may end so.
  ///
  /// - Complexity: O(patterns that begin with the word · words), for the gaps that there are.
  func match(_ words: [UInt64], end: SentenceEnds) -> PhraseBook.Entry? {
    guard let first = words.first, let candidates = byFirstWord[first] else { return nil }
    for position in candidates where entries[position].ends.contains(end) {
      if Self.matches(entries[position].elements[...], words[...]) { return entries[position] }
    }
    return nil
  }

  private static func matches(
    _ elements: ArraySlice<PhraseBook.Element>, _ words: ArraySlice<UInt64>
  ) -> Bool {
    guard let element = elements.first else { return words.isEmpty }
    let rest = elements.dropFirst()
    switch element {
    case .word(let choices, let optional):
      if let word = words.first, choices.contains(word), matches(rest, words.dropFirst()) {
        return true
      }
      return optional && matches(rest, words)
    case .gap(let most):
      if rest.isEmpty { return words.count <= most }
      for skipped in 0...min(most, words.count) where matches(rest, words.dropFirst(skipped)) {
        return true
      }
      return false
    }
  }
}
