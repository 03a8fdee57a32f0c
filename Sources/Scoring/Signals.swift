/// What is measured of one example, each from 0 (worst) to 10,000 (best), nil where it would mean
/// nothing. Integers, so that printed numbers are the same on every machine.
package struct Signals: Hashable, Sendable {
  /// Information per token: few words and word triples said again, content words among the rest.
  package var density: Int?
  /// Whether the response answers this prompt: content words taken up, no echo of the instruction,
  /// the format asked for.
  package var alignment: Int?
  /// Whether it reads as text: letters, pronounceable words, whole encodings, function words in a
  /// possible order.
  package var fluency: Int?
  /// Whether it comes to an end: no text cut off in a sentence, code fence or bracket.
  package var completeness: Int?
  /// Whether it answers at all: 0 for a bare refusal, 10,000 without any sign of one.
  package var candour: Int?

  package init() {}

  /// The signals that were measured, by the names they have in a verdict.
  package var named: [(name: String, value: Int)] {
    let all = [
      ("density", density), ("alignment", alignment), ("fluency", fluency),
      ("completeness", completeness), ("candour", candour),
    ]
    return all.compactMap { name, value in value.map { (name, $0) } }
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
  /// What each signal added or took away, in hundredths. With `base` and `limit` (what was cut off
  /// above 10.00 or below 1.00) they sum to `hundredths`; empty when unscored.
  package let contributions: [(signal: String, points: Int)]
}
