/// Scores one example from 1 to 10: a pure function of prompt, response and models. Keeps scratch
/// memory: one a thread.
///
/// Both texts are read once into tokens; the language model gives each token of the response its
/// cost; the signals measure (`Measure`); the score is a sum over the measures (`Weights`). Integers
/// only, no library function whose last digit may differ: the same score on every machine.
package struct Scorer {
  private static let best = 1000
  private static let worst = 100

  /// What perplexity is measured with; nil is the English model that ships with the program.
  private let perplexityModel: LanguageModel?
  private let scoreModel: ScoreModel?
  private let english = LanguageModel.english
  private let weights = Weights.standard

  private var prompt = TextReading()
  private var response = TextReading()
  private var promptCosts = SentenceCosts()
  private var costs = SentenceCosts()
  private var vocabulary = Vocabulary()
  private var alignment = Alignment()
  private var affinity = Affinity()
  private let places = Scratch(filler: MeasurePlace())
  private var perplexity = Perplexity()
  private var features = ScoreFeatures()
  private var otherWords = ModelWords()
  private var otherCosts = SentenceCosts()

  /// - Parameter scoreModel: a user's own score instead of the one that ships with the program.
  package init(perplexityModel: LanguageModel? = nil, scoreModel: ScoreModel? = nil) {
    self.perplexityModel = perplexityModel
    self.scoreModel = scoreModel
  }

  /// The score of `response`, as trimmed, to `prompt`; nil is a text without prompt. UTF-8 both.
  ///
  /// Examples: an empty response is 1.00; a text without prompt is unscored (`no_prompt`), and so
  /// is one in a language whose words are not known here (`language`), with the signals that do
  /// not depend on it.
  ///
  /// - Complexity: O(n) in bytes of both.
  package mutating func score(prompt: Span<UInt8>?, response: Span<UInt8>) -> ScoreResult {
    self.response.read(response)
    if let prompt { self.prompt.read(prompt) } else { self.prompt.clear() }
    guard self.response.scalars > 0 else { return Self.empty(hasPrompt: prompt != nil) }
    costs.measure(self.response.keys, with: english)
    var measures = Measures()
    Fluency.measure(response, self.response, costs, into: &measures)
    let isKnown = Language.isEnglish(self.response, measures)
    if isKnown {
      vocabulary.read(self.response, prompt: prompt == nil ? nil : self.prompt)
      Density.measure(self.response, vocabulary, costs, into: &measures)
      Completeness.measure(response, self.response, costs, into: &measures)
      Candour.measure(self.response, into: &measures)
      Leftovers.measure(response, self.response, into: &measures)
      Shape.measure(self.response, vocabulary, into: &measures)
      if let prompt { align(prompt, response, &measures) }
    }
    // The English model says nothing about other languages; one that a user names may.
    let found =
      isKnown || perplexityModel != nil
      ? measurePerplexity(prompt: prompt, response: response) : nil
    if isKnown, self.response.isTelling { measures[.ratio] = ratio(found) }
    let sums = weights.find(measures, places)
    var signals = isKnown ? signals(measures, sums) : Signals()
    signals.perplexity = found?.tenths
    signals.perplexityRatio = found?.ratio
    guard prompt != nil else { return Self.unscored("no_prompt", signals, measures) }
    guard isKnown else { return Self.unscored("language", signals, measures) }
    return result(signals, measures, sums)
  }

  private mutating func align(
    _ promptBytes: Span<UInt8>, _ responseBytes: Span<UInt8>, _ measures: inout Measures
  ) {
    promptCosts.measureWords(prompt.keys, with: english)
    var ofPrompt = Measures()
    Fluency.measure(prompt, promptCosts, into: &ofPrompt)
    // What is asked in another language cannot be compared by words.
    guard Language.isEnglish(prompt, ofPrompt) else { return }
    ExpectedLength.measure(prompt, into: &measures)
    alignment.measure(
      prompt: prompt, promptCosts, response: response, vocabulary, into: &measures)
    affinity.measure(
      prompt: prompt, promptBytes, response: response, responseBytes, vocabulary,
      into: &measures)
    Format.measure(prompt: prompt, response: response, into: &measures)
  }

  /// The measure is the English model's, whatever perplexity is measured with.
  private mutating func ratio(_ found: Perplexity.Result?) -> Int? {
    guard perplexityModel != nil else { return found?.ratio }
    return perplexity.measure(response.keys, costs, prompt: prompt.keys)?.ratio
  }

  private mutating func measurePerplexity(
    prompt: Span<UInt8>?, response: Span<UInt8>
  ) -> Perplexity.Result? {
    guard let model = perplexityModel else {
      return perplexity.measure(
        self.response.keys, costs, prompt: prompt == nil ? nil : self.prompt.keys)
    }
    var given: [UInt64]?
    if let prompt { given = otherWords.read(prompt, isCased: model.isCased) }
    let words = otherWords.read(response, isCased: model.isCased)
    otherCosts.measure(words, with: model)
    return words.withUnsafeBufferPointer { words in
      guard let given else { return perplexity.measure(words, otherCosts, prompt: nil) }
      return given.withUnsafeBufferPointer {
        perplexity.measure(words, otherCosts, prompt: $0)
      }
    }
  }

  private func signals(_ measures: Measures, _ sums: Weights.Found) -> Signals {
    var signals = Signals()
    for index in weights.detectors.indices {
      let value = weights.signal(index, sums)
      switch weights.detectors[index].signal {
      case "alignment": signals.alignment = value
      case "completeness": signals.completeness = value
      case "fluency": signals.fluency = value
      default: signals.density = value
      }
    }
    signals.candour = measures[.refusal].map { Fixed.one - $0 }
    signals.cleanness = measures[.leftovers].map { Fixed.one - $0 }
    return signals
  }

  private mutating func result(
    _ signals: Signals, _ measures: Measures, _ sums: Weights.Found
  ) -> ScoreResult {
    var contributions: [(signal: String, points: Int)]?
    let sum: Int
    if let scoreModel {
      makeFeatures(measures, scoreModel.scales)
      let found = scoreModel.contributions(features)
      sum = found.reduce(0) { $0 + $1.points }
      contributions = found
    } else {
      sum = weights.score(sums)
    }
    return ScoreResult(
      hundredths: min(max(Self.crowded(sum), Self.worst), Self.best), unscored: nil,
      signals: signals, measures: measures, ofScoreModel: contributions)
  }

  /// From 7 on three points make two, and six make one from 10 on: the best are still told apart.
  private static func crowded(_ sum: Int) -> Int {
    if sum <= 700 { return sum }
    return sum <= 1000 ? 700 + (sum - 700) * 2 / 3 : 900 + (sum - 1000) / 6
  }

  private mutating func makeFeatures(_ measures: Measures, _ scales: MeasureScales) {
    features.make(
      prompt: prompt.marks.isEmpty ? nil : prompt, promptCosts: promptCosts, response: response,
      responseCosts: costs, measures: measures, scales: scales)
  }

  // MARK: For training

  /// Nil where no `ScoreModel` is asked: an empty response, and what gets no score.
  mutating func measures(prompt: [UInt8]?, response: [UInt8]) -> Measures? {
    guard let prompt else { return nil }
    let found = score(prompt: prompt.span, response: response.span)
    return found.hundredths != nil && self.response.scalars > 0 ? found.measures : nil
  }

  mutating func features(
    prompt: [UInt8]?, response: [UInt8], scales: MeasureScales
  ) -> ScoreFeatures? {
    guard let measures = measures(prompt: prompt, response: response) else { return nil }
    makeFeatures(measures, scales)
    return features
  }

  private static func empty(hasPrompt: Bool) -> ScoreResult {
    guard hasPrompt else { return unscored("no_prompt", Signals(), Measures()) }
    return ScoreResult(
      hundredths: worst, unscored: nil, signals: Signals(), measures: Measures(),
      ofScoreModel: [("base", best)])
  }

  private static func unscored(
    _ reason: String, _ signals: Signals, _ measures: Measures
  ) -> ScoreResult {
    ScoreResult(
      hundredths: nil, unscored: reason, signals: signals, measures: measures, ofScoreModel: [])
  }
}
