/// The phrase tables, compiled: what the sentences at both ends of a text are matched against.
///
/// Users can add their own, read from a file of UTF-8 text: one pattern a line, in the language
/// described at `Phrases`, under a section line that says where such sentences stand. Empty lines
/// and lines that begin with `#` say nothing. A pattern must match a whole sentence, whatever mark
/// ends it, and cannot begin with a gap. Classes and slots of the built-in tables can be named.
///
/// ```
/// # Our old support bot.
/// opener:
/// ahoy friend|sailor
/// <sure> , captain *4
/// closer:
/// fair winds to you *
/// ```
///
/// Sentences found so are cut as `preamble` and `closer`, with the same care as all others: see
/// `Trimmer`. A book never changes; it is a class so that every look at a text can share it.
package final class PhraseBook: Sendable {
  struct Entry: Sendable {
    let kind: EditKind
    let ends: SentenceEnds
    let condition: PhraseCondition
    let pattern: PhrasePattern
  }

  let openers: PhraseTable
  let closers: PhraseTable
  /// The closers that say something.
  let passages: PhraseTable
  let leaning: WordSet
  let referring: WordSet
  let general: WordSet
  let signatures: WordSet
  let pronouns: WordSet
  let pointing: WordSet
  let salutations: WordSet

  /// The book of all languages there are.
  static let shared = PhraseBook(Phrases.all)

  init(_ languages: [Phrases]) {
    openers = PhraseTable(languages.flatMap { language in language.openers.map(Self.entry) })
    let entries = languages.flatMap { language in language.closers.map(Self.entry) }
    closers = PhraseTable(entries.filter { !$0.condition.isPassage })
    passages = PhraseTable(entries.filter { $0.condition.isPassage })
    leaning = Self.words(languages.map(\.leaning))
    referring = Self.words(languages.map(\.referring))
    general = Self.words(languages.map(\.general))
    signatures = Self.words(languages.map(\.signatures))
    pronouns = Self.words(languages.map(\.pronouns))
    pointing = Self.words(languages.map(\.pointing))
    salutations = Self.words(languages.map(\.salutations))
  }

  /// This book with more entries.
  private init(_ book: PhraseBook?, openers: [Entry], closers: [Entry]) {
    self.openers = PhraseTable((book?.openers.entries ?? []) + openers)
    self.closers = PhraseTable((book?.closers.entries ?? []) + closers)
    passages = book?.passages ?? PhraseTable([])
    leaning = book?.leaning ?? WordSet([])
    referring = book?.referring ?? WordSet([])
    general = book?.general ?? WordSet([])
    signatures = book?.signatures ?? WordSet([])
    pronouns = book?.pronouns ?? WordSet([])
    pointing = book?.pointing ?? WordSet([])
    salutations = book?.salutations ?? WordSet([])
  }

  private static func words(_ lists: [String]) -> WordSet {
    WordSet(lists.joined(separator: " "))
  }

  private static func entry(_ phrase: Phrase) -> Entry {
    do throws(PhraseError.Reason) {
      return Entry(
        kind: phrase.kind, ends: phrase.ends, condition: phrase.condition,
        pattern: try PhrasePattern(phrase.pattern[...], Phrases.all))
    } catch {
      preconditionFailure("\(phrase.pattern): \(error)")
    }
  }

  /// This book with the phrases of a user's own.
  func adding(_ other: PhraseBook) -> PhraseBook {
    PhraseBook(self, openers: other.openers.entries, closers: other.closers.entries)
  }
}

extension PhraseBook {
  /// More patterns than anyone writes.
  static let patternsMaximum = 10_000

  /// Reads a user's file.
  ///
  /// Example: `closer:\nfair winds` gives a book with one closer; `closer:\n* winds` throws
  /// `line 2: a pattern begins with a word`.
  ///
  /// - Complexity: O(n) in bytes.
  package static func parse(_ bytes: [UInt8]) throws(PhraseError) -> PhraseBook {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw PhraseError(line: 1 + validLines(bytes), reason: .encoding)
    }
    var openers: [Entry] = []
    var closers: [Entry] = []
    var section: EditKind?
    var number = 0
    for raw in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      number += 1
      let line = trimmingBlanks(raw)
      switch line {
      case "opener:": section = .preamble
      case "closer:": section = .closer
      default:
        if line.isEmpty || line.first == "#" { continue }
        guard let kind = section else { throw PhraseError(line: number, reason: .section) }
        let entry = Entry(
          kind: kind, ends: .any, condition: .none, pattern: try pattern(line, number))
        if kind == .closer { closers.append(entry) } else { openers.append(entry) }
        if openers.count + closers.count > patternsMaximum {
          throw PhraseError(line: number, reason: .count)
        }
      }
    }
    return PhraseBook(nil, openers: openers, closers: closers)
  }

  private static func pattern(
    _ line: Substring, _ number: Int
  ) throws(PhraseError) -> PhrasePattern {
    do throws(PhraseError.Reason) {
      return try PhrasePattern(line, Phrases.all)
    } catch {
      throw PhraseError(line: number, reason: error)
    }
  }

  private static func trimmingBlanks(_ line: Substring) -> Substring {
    let start = line.drop { $0 == " " || $0 == "\t" }
    guard let last = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
    return start[...last]
  }

  /// The line ends before the first byte that is no UTF-8.
  private static func validLines(_ bytes: [UInt8]) -> Int {
    var count = 0
    var start = 0
    while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      guard String(validating: bytes[start..<end], as: UTF8.self) != nil else { break }
      count += 1
      start = end + 1
    }
    return count
  }
}

/// What is wrong with a user's phrases, and on which line.
package struct PhraseError: Error, Equatable, CustomStringConvertible {
  package enum Reason: Error, Equatable {
    case encoding, section, start, length, count
    case unknown(String)
    case element(String)
  }

  package let line: Int
  package let reason: Reason

  package var description: String { "line \(line): \(explanation)" }

  private var explanation: String {
    switch reason {
    case .encoding: "not UTF-8"
    case .section: "a pattern before the first \"opener:\" or \"closer:\""
    case .start: "a pattern begins with a word"
    case .length: "a pattern has at most \(PhrasePattern.elementsMaximum) elements"
    case .count: "more than \(PhraseBook.patternsMaximum) patterns"
    case .unknown(let name): "no class or slot \(name)"
    case .element(let source): "\"\(source)\" is no word, class, slot or gap"
    }
  }
}
