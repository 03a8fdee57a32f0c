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

  /// The signals that were measured, by the names they have in a verdict, with their decimals.
  package var named: [(name: String, value: Int, decimals: Int)] {
    let all = [
      ("perplexity", perplexity, 1), ("perplexity_ratio", perplexityRatio, 4),
      ("density", density, 4), ("alignment", alignment, 4), ("fluency", fluency, 4),
      ("completeness", completeness, 4), ("candour", candour, 4), ("cleanness", cleanness, 4),
    ]
    return all.compactMap { name, value, decimals in value.map { (name, $0, decimals) } }
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
  /// What each signal added or took away, in hundredths. With `base` and `limit` (what was cut off
  /// above 10.00 or below 1.00) they sum to `hundredths`; empty when unscored.
  package let contributions: [(signal: String, points: Int)]
}
