/// What is measured of one example and shown in its verdict. Integers, so that printed numbers are
/// the same on every machine; nil where a signal would mean nothing. Each signal's definition stands
/// in its file in `Signals/`.
package struct Signals: Hashable, Sendable {
  /// Perplexity of the response in tenths.
  package var perplexity: Int?
  /// Perplexity given the prompt against perplexity alone, in ten-thousandths.
  package var perplexityRatio: Int?
  // The others go from 0 (worst) to 10,000 (best).
  /// Information per token.
  package var density: Int?
  /// Whether the response answers this prompt.
  package var alignment: Int?
  /// Whether it reads as text.
  package var fluency: Int?
  /// Whether it comes to an end.
  package var completeness: Int?
  /// Whether it answers at all.
  package var candour: Int?
  /// Whether it is free of what a template left behind.
  package var cleanness: Int?

  package init() {}

  /// Calls `body` with the signals that were measured, by the names they have in a verdict, and their
  /// decimals.
  package func forEachMeasured(
    _ body: (_ name: StaticString, _ value: Int, _ decimals: Int) -> Void
  ) {
    if let perplexity { body("perplexity", perplexity, 1) }
    if let perplexityRatio { body("perplexity_ratio", perplexityRatio, 4) }
    if let density { body("density", density, 4) }
    if let alignment { body("alignment", alignment, 4) }
    if let fluency { body("fluency", fluency, 4) }
    if let completeness { body("completeness", completeness, 4) }
    if let candour { body("candour", candour, 4) }
    if let cleanness { body("cleanness", cleanness, 4) }
  }
}

/// The score of one example and how it came about.
package struct ScoreResult: Sendable {
  /// The score in hundredths, 100 (1.00) to 1,000 (10.00); nil when unscored.
  package let hundredths: Int?
  /// Why there is no score: `no_prompt` for a text without one, `language` for a response in a
  /// language whose words are not known here. Nil when scored.
  package let unscored: String?
  package let signals: Signals
  package let measures: Measures
  /// What a user's score model says of each signal; nil where the score is that of the program.
  private let ofScoreModel: [(signal: String, points: Int)]?

  init(
    hundredths: Int?, unscored: String?, signals: Signals, measures: Measures,
    ofScoreModel: [(signal: String, points: Int)]?
  ) {
    self.hundredths = hundredths
    self.unscored = unscored
    self.signals = signals
    self.measures = measures
    self.ofScoreModel = ofScoreModel
  }

  /// What each signal added or took away, in hundredths. With `base` and `limit` (what was cut off
  /// above 10.00 or below 1.00) they sum to `hundredths`; empty when unscored.
  ///
  /// - Complexity: O(measures): made when it is asked for.
  package var contributions: [(signal: String, points: Int)] {
    guard let hundredths else { return [] }
    var found = ofScoreModel ?? Weights.standard.contributions(measures)
    let sum = found.reduce(0) { $0 + $1.points }
    if sum != hundredths { found.append(("limit", hundredths - sum)) }
    return found
  }
}
