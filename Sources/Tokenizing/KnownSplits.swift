/// The split patterns of well-known tokenizers, each written out by hand: what a regular expression
/// finds by trying, a look at one or two scalars decides. `PatternMatcher` runs the expressions
/// themselves and is the plain twin that tests compare with.
enum KnownSplit: Hashable, Sendable {
  /// GPT-2 and its kin.
  case gpt2
  /// GPT-4 (cl100k), Llama 3, Qwen 2.
  case words(WordRule)
  /// GPT-4o (o200k), Llama 4, Mistral's tekken: words are split where case changes.
  case cased(digits: Int, hasContractions: Bool)
  /// The third expression of DeepSeek.
  case deepseek

  struct WordRule: Hashable, Sendable {
    /// Digits in a piece.
    let digits: Int
    /// Whether marks count as letters.
    var takesMarks = false
    /// Whether white space at the end of the text is one piece though it has line ends.
    var keepsEndTogether = false
  }

  /// The expressions, as they stand in files, and what they are.
  static let table: [(expression: String, split: KnownSplit)] = [
    (
      #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#,
      .gpt2
    ),
    (
      #"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"#,
      .gpt2
    ),
    (
      #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
      .words(WordRule(digits: 3))
    ),
    (
      #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
      .words(WordRule(digits: 1))
    ),
    (
      #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
      .words(WordRule(digits: 1, takesMarks: true))
    ),
    (
      #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"#,
      .words(WordRule(digits: 3, keepsEndTogether: true))
    ),
    (
      #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
      .cased(digits: 3, hasContractions: true)
    ),
    (
      #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
      .cased(digits: 1, hasContractions: false)
    ),
    (
      "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
        + "| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+",
      .deepseek
    ),
  ]

  /// Nil for an expression that is not among them.
  init?(_ expression: String) {
    guard let known = Self.table.first(where: { $0.expression == expression }) else { return nil }
    self = known.split
  }

  /// Appends the ends of the pieces of `text[start..<end]`, which lie one after another.
  func split(_ text: Span<UInt8>, _ start: Int, _ end: Int, into ends: inout [Int]) {
    let scan = SplitScan(end: end)
    var index = start
    switch self {
    case .gpt2:
      while index < end {
        index = scan.gpt2(text, index)
        ends.append(index)
      }
    case .words(let rule):
      while index < end {
        index = scan.words(text, index, rule)
        ends.append(index)
      }
    case .cased(let digits, let hasContractions):
      while index < end {
        index = scan.cased(text, index, digits, hasContractions)
        ends.append(index)
      }
    case .deepseek:
      var gap = index
      while index < end {
        if let next = scan.deepseek(text, index) {
          if gap < index { ends.append(index) }
          ends.append(next)
          index = next
          gap = next
        } else {
          index = scan.after(text, index)
        }
      }
      if gap < end { ends.append(end) }
    }
  }
}
