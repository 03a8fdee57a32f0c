/// Scores one example from 1 to 10: a pure function of prompt and response.
///
/// **Uncalibrated.** The signals are measured, the weights below are set by hand; a 7 does not yet
/// mean what raters would call 7. It orders rows: gibberish, cut-off and misplaced responses below
/// whole ones.
///
/// Every signal starts from full marks and takes away points, by a straight line that falls with
/// the signal; so the score never falls when a signal rises. Integers only, no library function
/// whose last digit may differ: the same score on every machine.
package struct Scorer: Sendable {
  /// Points (hundredths of a score) taken away where the signal is 0, in the order of explanation.
  private static let weights: [(signal: String, loss: Int, of: @Sendable (Signals) -> Int?)] = [
    ("density", 350, { $0.density }),
    ("alignment", 450, { $0.alignment }),
    ("fluency", 800, { $0.fluency }),
    ("completeness", 380, { $0.completeness }),
    ("candour", 500, { $0.candour }),
  ]
  private static let best = 1000
  private static let worst = 100

  package init() {}

  /// The score of `response`, as trimmed, to `prompt`; nil is a text without prompt. UTF-8 both.
  ///
  /// Examples: an empty response is 1.00; a text without prompt is unscored (`no_prompt`), and so
  /// is one in a language whose words are not known here (`language`), with the signals that do
  /// not depend on it.
  ///
  /// - Complexity: O(n) in bytes of both.
  package func score(prompt: Span<UInt8>?, response: Span<UInt8>) -> ScoreResult {
    let reading = TextReading(response)
    guard reading.scalars > 0 else { return Self.empty(hasPrompt: prompt != nil) }
    var signals = Signals()
    let isKnown = Self.knowsLanguage(reading)
    if isKnown {
      signals.density = DensitySignal.measure(reading)
      signals.fluency = FluencySignal.measure(reading)
      signals.candour = CandourSignal.measure(reading)
      signals.completeness = CompletenessSignal.measure(response, reading)
    }
    guard let prompt else { return Self.unscored("no_prompt", signals) }
    guard isKnown else { return Self.unscored("language", signals) }
    let asked = TextReading(prompt)
    // What is asked in another language cannot be compared by words.
    if Self.knowsLanguage(asked) {
      signals.alignment = AlignmentSignal.measure(prompt: asked, response: reading)
    }
    return Self.result(signals)
  }

  /// The score that the signals make. A signal that is nil neither adds nor takes away.
  static func result(_ signals: Signals) -> ScoreResult {
    var contributions = [(signal: "base", points: best)]
    var sum = best
    for weight in weights {
      guard let value = weight.of(signals) else { continue }
      let points = -(Fixed.one - value) * weight.loss / Fixed.one
      contributions.append((weight.signal, points))
      sum += points
    }
    let bounded = min(max(sum, worst), best)
    if bounded != sum { contributions.append(("limit", bounded - sum)) }
    return ScoreResult(
      hundredths: bounded, unscored: nil, signals: signals, contributions: contributions)
  }

  private static func empty(hasPrompt: Bool) -> ScoreResult {
    guard hasPrompt else { return unscored("no_prompt", Signals()) }
    return ScoreResult(
      hundredths: worst, unscored: nil, signals: Signals(),
      contributions: [("base", best), ("limit", worst - best)])
  }

  private static func unscored(_ reason: String, _ signals: Signals) -> ScoreResult {
    ScoreResult(hundredths: nil, unscored: reason, signals: signals, contributions: [])
  }

  /// Whether the words of the text can be judged: not mostly of a script without known words, and
  /// not with more function words of other languages than of English.
  private static func knowsLanguage(_ reading: TextReading) -> Bool {
    if reading.otherScript * 2 > reading.letters + reading.otherScript { return false }
    guard reading.words.count >= 5, !reading.looksLikeCode else { return true }
    let isForeign =
      reading.foreignWords > reading.functionWords
      && reading.foreignWords * 100 >= reading.words.count * 8
    return !isForeign
  }
}
