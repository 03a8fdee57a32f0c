/// The phrase knowledge of the trimmer: rules for how fluff sentences are built. Data, no code.
///
/// A pattern is a row of elements, separated by spaces, that must match one whole sentence, its
/// end mark left out. Words are compared in lower case; a typographic apostrophe equals a straight
/// one; each punctuation character inside the sentence is an element like a word.
///
/// | element | matches |
/// |---|---|
/// | `help` | that word |
/// | `help\|assist` | one of the words |
/// | `{happy}` | one of the words of the class `happy` |
/// | `<glad>` | one of the patterns of the slot `glad` |
/// | `,?` `<glad>?` | what stands before the question mark, or nothing |
/// | `*` | any run of words and commas, also none |
/// | `*4` | the same, at most four |
/// | `~` `~4` | the same without commas: it stays within one clause |
///
/// Which sentences are looked at, what protects them and when a match is cut: `Trimmer`.
/// Another language is another `Phrases` value in a file of its own, added to `Phrases.all`.
struct Phrases: Sendable {
  /// The words of each `{class}`, separated by spaces.
  let classes: [String: String]
  /// The patterns of each `<slot>`.
  let slots: [String: [String]]
  /// Sentences at the start of an assistant text.
  let openers: [Phrase]
  /// Sentences at its end.
  let closers: [Phrase]
  /// Words that lean on what came before: a rest that begins with one cannot stand alone.
  let leaning: String
  /// Words that speak of what came before: with one of these a rest may answer to a statement that
  /// was cut.
  let referring: String
  /// Words that any text may have, whatever it is about.
  let general: String
  /// First words of a letter or a speech.
  let salutations: String
  /// First words of the line above the name that ends a letter.
  let signatures: String
  /// Words that point at what follows: the first of an announcement without assent.
  let pointing: String
  /// Words that stand for something named before.
  let pronouns: String

  static let all = [english]
}

/// One rule of the table.
struct Phrase: Sendable {
  let kind: EditKind
  let pattern: String
  /// The end marks with which the sentence may end.
  let ends: SentenceEnds
  /// What else must hold for the cut.
  var condition = PhraseCondition.none

  init(_ kind: EditKind, _ pattern: String, _ ends: SentenceEnds, _ condition: PhraseCondition) {
    self.kind = kind
    self.pattern = pattern
    self.ends = ends
    self.condition = condition
  }

  init(_ kind: EditKind, _ pattern: String, _ ends: SentenceEnds) {
    self.init(kind, pattern, ends, .none)
  }
}

/// What must hold, beyond the match, before a sentence is cut.
enum PhraseCondition: Sendable {
  case none
  /// It may be the answer to a yes-or-no question: cut only where none was asked, or where a
  /// further opener follows.
  case mayAnswer
  /// It hands over what was ordered ("Sure, here is the email:"), so that it may be cut even where
  /// greetings and closers belong to what was ordered.
  case delivers
  /// Cut only beside another: an opener after assent or an offer, a closer with a closer that has
  /// no such condition.
  case weak
  /// Not where the request asks about the assistant.
  case aboutAssistant
  /// It may say something, and is cut only where that is about something else than the request and
  /// the rest of the text (`Topic`). A closer of this kind takes the sentences behind it along: a
  /// reminder, which must show that most clearly.
  case stray
  /// As `stray`: a summary.
  case straySummary
  /// As `stray`: a wish, of which two content words are enough.
  case strayWish
  /// As `stray`; and what it names need not be in the request ("Here is a haiku about "rain":").
  case strayAnnouncement
}

extension PhraseCondition {
  /// Whether a closer of this kind takes the sentences behind it along.
  var isPassage: Bool { self == .stray || self == .straySummary || self == .strayWish }
}

/// A set of sentence ends.
struct SentenceEnds: OptionSet, Sendable {
  let rawValue: UInt8
  static let stop = SentenceEnds(rawValue: 1)
  static let exclaim = SentenceEnds(rawValue: 2)
  static let question = SentenceEnds(rawValue: 4)
  /// A colon that ends its line.
  static let colon = SentenceEnds(rawValue: 8)
  /// Nothing: the line ends without a mark.
  static let bare = SentenceEnds(rawValue: 16)
  static let statement: SentenceEnds = [.stop, .exclaim]
  static let any: SentenceEnds = [.stop, .exclaim, .question, .colon, .bare]
}
