import Testing

@testable import Scoring

@Suite struct `Perplexity` {
  /// By its definition, in real numbers.
  private func plain(_ prompt: String, _ response: String) -> (perplexity: Double, ratio: Double) {
    let (keys, costs) = read(response)
    let given = read(prompt).keys.filter {
      $0 != WordKey.sentenceStart && $0 != WordKey.sentenceEnd
    }
    var (alone, together, tokens) = (0.0, 0.0, 0.0)
    for (index, key) in keys.enumerated() where key != WordKey.sentenceStart {
      let p = ExactReal.exp(Cost.log10(costs.costs[index]) * 2.302585092994046)
      let share = Double(given.filter { $0 == key }.count) / Double(given.count)
      alone -= ExactReal.log(p)
      together -= ExactReal.log(0.9 * p + 0.1 * share)
      tokens += 1
    }
    return (ExactReal.exp(alone / tokens), ExactReal.exp((together - alone) / tokens))
  }

  private func read(_ text: String) -> (keys: [UInt64], costs: SentenceCosts) {
    var reading = TextReading()
    reading.read(Array(text.utf8).span)
    var costs = SentenceCosts()
    costs.measure(reading.keys, with: .english)
    return (Array(reading.keys), costs)
  }

  @Test(arguments: [
    ("What is the capital of France?", "The capital of France is Paris."),
    ("Name a tree.", "Oak"), ("Say hello.", "zzxq kkjw hello"),
    ("Write code.", "def f(x):\n    return x + 1\n\nprint(f(2))"),
  ])
  func `is what its definition says`(_ prompt: String, _ response: String) throws {
    var scorer = Scorer()
    let signals = scorer.score(
      prompt: Array(prompt.utf8).span, response: Array(response.utf8).span
    ).signals
    let (perplexity, ratio) = plain(prompt, response)
    let tenths = try #require(signals.perplexity)
    #expect(abs(Double(tenths) / 10 - perplexity) <= 1e-4 * perplexity + 0.1)
    let found = try #require(signals.perplexityRatio)
    #expect(abs(Double(found) / 10_000 - ratio) < 3e-4)
  }

  @Test func `of a text has no ratio`() {
    var scorer = Scorer()
    let signals = scorer.score(prompt: nil, response: Array("A text.".utf8).span).signals
    #expect(signals.perplexity != nil)
    #expect(signals.perplexityRatio == nil)
  }

  @Test func `is measured with the model that is named, and the score is not`() throws {
    var trainer = try LanguageModelTrainer(order: 2, prune: [0])
    trainer.add(Array("rain falls on the hills\nthe hills are green".utf8).span)
    let bytes = try trainer.train(isPacked: true).bytes
    let model = try LanguageModel(ModelBytes(bytes: bytes.span))
    let prompt = Array("Where does rain fall?".utf8)
    let response = Array("Rain falls on the hills.".utf8)
    var own = Scorer(perplexityModel: model)
    var english = Scorer()
    let found = own.score(prompt: prompt.span, response: response.span)
    let other = english.score(prompt: prompt.span, response: response.span)
    #expect(found.signals.perplexity != other.signals.perplexity)
    #expect(found.hundredths == other.hundredths)
  }
}
