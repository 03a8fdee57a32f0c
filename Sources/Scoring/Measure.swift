/// What is measured of an example: the parts that signals are made of and that the score is fitted
/// on. Each says its unit; shares are ten-thousandths, costs are thousandths of a log10.
///
/// The order is part of the score's weights (`ScoreWeights`) and of models that users fit.
package enum Measure: Int, CaseIterable, Sendable {
  // Fluency
  /// Broken encodings and control characters among characters.
  case broken
  /// Letters and digits among characters that are not white space.
  case letters
  /// Words that are unknown and unlike English ones, letter by letter, among words.
  case strange
  /// Words that the English model lacks among words.
  case unknown
  /// Impossible neighbours of function words among all neighbours of function words.
  case disorder
  /// Sentences that begin with a small letter.
  case smallStarts
  /// Cost that the words before a word save, a token: little where words are shuffled.
  case gain
  /// Cost a token under the English model: log10 of the perplexity.
  case surprise
  // Density
  /// Distinct stems in windows of 50 words.
  case variety
  /// Word triples seen before in the text.
  case repetition
  /// Content words among words.
  case content
  /// Cost a word by itself: rare words carry more.
  case rarity
  // Alignment
  /// Evidence that the response is about what the prompt is about: log10 of odds, in thousandths.
  case subject
  /// Content words that prompt and response share: 1000·log2.
  case shared
  /// Share of the prompt's content, by weight, that is taken up.
  case cover
  /// Word triples that are the prompt's.
  case echo
  /// Perplexity ratio.
  case ratio
  /// Format asked for and missing.
  case format
  /// Cosine of the subjects of prompt and response: ten-thousandths, −1 to 1.
  case affinity
  // Completeness
  /// How much the end looks like one.
  case completeness
  /// Cost of ending the last line where it ends.
  case endCost
  /// Brackets, fences and quotation marks left open.
  case open
  // Candour and leftovers
  case refusal
  case leftovers
  // Shape
  /// log2 of the words, in thousandths.
  case length
  /// log2 of distinct stems, in thousandths.
  case distinct
  /// List lines among lines.
  case lists
  /// log2 of the lines, in thousandths.
  case lines
  /// Words a sentence or line, in tenths.
  case sentence
  /// Code signs among characters.
  case code
  /// Digits among letters and digits.
  case digits
  /// Words that begin with a capital among words.
  case capitals
  /// log2 of the prompt's words, in thousandths.
  case promptLength
  /// log2 of the words that responses to such a prompt have, in thousandths.
  case expected
  /// `length` less `expected`: longer or shorter than responses to such a prompt are.
  case excess
  /// Bytes a word, in hundredths.
  case wordLength
  /// Function words that lead an argument on ("because", "however"), among words.
  case reasons
  /// Words of a first person among words.
  case firstPerson
  /// Question marks among stops.
  case questions
}

extension Measure {
  /// The signals that measures belong to, for telling what a user's own score makes of them.
  static let signals = [
    "fluency", "density", "alignment", "completeness", "candour", "cleanness", "shape",
  ]

  var signal: String {
    switch self {
    case .broken, .letters, .strange, .unknown, .disorder, .smallStarts, .gain, .surprise: "fluency"
    case .variety, .repetition, .content, .rarity: "density"
    case .subject, .shared, .cover, .echo, .ratio, .format, .affinity: "alignment"
    case .completeness, .endCost, .open: "completeness"
    case .refusal: "candour"
    case .leftovers: "cleanness"
    default: "shape"
    }
  }
}

/// The measures of one example; nil where one would mean nothing.
package struct Measures: Sendable {
  private static let absent = Int32.min
  private var values: InlineArray<39, Int32> = InlineArray(repeating: Measures.absent)

  package init() {}

  package subscript(_ measure: Measure) -> Int? {
    get {
      let value = values[measure.rawValue]
      return value == Self.absent ? nil : Int(value)
    }
    set { values[measure.rawValue] = newValue.map { Int32(clamping: $0) } ?? Self.absent }
  }
}

/// log2 of whole numbers in thousandths, by table and straight lines: exact on every machine.
enum WholeLog {
  /// 1000·log2(1 + value), to within 90 thousandths.
  static func thousandths(_ value: Int) -> Int {
    let value = max(value, 0) + 1
    let exponent = value.bitWidth - 1 - value.leadingZeroBitCount
    return exponent * 1000 + (((value - (1 << exponent)) * 1000) >> exponent)
  }
}
