import Testing

@testable import Scoring

@Suite struct `The score` {
  static let prompt = "Explain how the water cycle moves water between the sea and the land."
  static let answer =
    """
    The sun warms the sea, and water rises into the air as vapour. The vapour cools, gathers in \
    clouds and falls as rain or snow on the land. Rivers carry the water back to the sea, and the \
    cycle begins again.
    """

  @Test func `is high for a whole answer to the prompt`() throws {
    #expect(try points(Self.prompt, Self.answer) > 800)
  }

  @Test(arguments: ["", " \n\t"])
  func `is 1 for an empty response`(_ response: String) throws {
    #expect(try points(Self.prompt, response) == 100)
  }

  @Test(arguments: [
    "gibberish": "xqzt kvrpl wqjj bnmtr zzxq plkrt vbnm qwrt kjhgf dfghj mnbvc zxcvb lkjhg pqrs.",
    "a heap of shuffled words":
      """
    the sea. clouds of and falls vapour the as The and in land. the or into rises rain sun, warms \
    carry Rivers water air the snow back cools, gathers to the begins the cycle and again. as on
    """,
    "a text cut off":
      """
    The sun warms the sea, and water rises into the air as vapour. The vapour cools, gathers in \
    clouds and falls as rain or snow on the land. Rivers carry the water back to the
    """,
    "the answer to another prompt":
      """
    Knead flour, yeast and salt for ten minutes, and leave the dough in a warm corner until it \
    doubles. Shape a loaf, bake it in a hot oven until the crust turns brown, and cool it on a rack.
    """,
    "the prompt again": "Explain how the water cycle moves water between the sea and the land.",
    "a refusal": "I'm sorry, but I cannot explain the water cycle between the sea and the land.",
    "a broken encoding":
      """
    The sun warms the sea, and waterÂ rises intoÂ the air as vapour â€™ like cafÃ© steam. TheÂ \
    vapour cools, gathers inÂ clouds and fallsÂ as rain onÂ the land.
    """,
    "the same sentence over and over":
      """
    Water moves between the sea and the land. Water moves between the sea and the land. Water \
    moves between the sea and the land. Water moves between the sea and the land.
    """,
    "signs": "#### ---- ==== #### ---- ==== ???? !!!! ---- ==== #### //// \\\\\\\\ ....",
  ])
  func `is lower for damage`(_ damage: (key: String, value: String)) throws {
    #expect(try points(Self.prompt, damage.value) + 100 < points(Self.prompt, Self.answer))
  }

  @Test func `does not punish a short answer`() throws {
    #expect(try points("What is the capital of France?", "Paris") >= 700)
    #expect(try points("What is 6 times 7?", "42") >= 700)
    #expect(try points("Is rain water?", "Yes.") >= 700)
  }

  @Test func `takes code for code`() throws {
    let code = "```python\ndef total(xs):\n    return sum(x for x in xs if x > 0)\n```"
    #expect(try points("Write a function for the total of positive numbers.", code) >= 700)
  }

  @Test func `misses the JSON that was asked for`() throws {
    let prompt = "Give the name and age of Ann, who is nine, as JSON."
    let given = try points(prompt, #"{"name": "Ann", "age": 9}"#)
    #expect(given > (try points(prompt, "Ann is the name, and nine is the age.")))
  }

  @Test func `is absent without a prompt`() {
    let result = score(nil, Self.answer)
    #expect(result.hundredths == nil)
    #expect(result.unscored == "no_prompt")
    #expect(result.signals.density != nil)
    #expect(result.signals.alignment == nil)
    #expect(result.contributions.isEmpty)
  }

  @Test(arguments: [
    "水循环是指水在海洋、大气和陆地之间的运动。太阳使水蒸发，水汽凝结成云，然后降雨。",
    "Солнце нагревает море, вода испаряется и выпадает дождём на сушу.",
    "Le soleil chauffe la mer et l'eau monte dans les airs, puis elle tombe en pluie sur la terre.",
    "Die Sonne wärmt das Meer, und das Wasser steigt auf und fällt als Regen auf das Land.",
  ])
  func `is absent in a language it does not know`(_ response: String) {
    let result = score(Self.prompt, response)
    #expect(result.unscored == "language")
    #expect(result.signals.perplexity == nil)
    #expect(result.hundredths == nil)
  }

  @Test func `is explained to the last hundredth`() {
    for response in [Self.answer, "", "xqzt kvrpl wqjj bnmtr", "Rain.", "I cannot, sorry."] {
      let result = score(Self.prompt, response)
      #expect(result.contributions.map(\.points).reduce(0, +) == result.hundredths)
    }
  }

  @Test func `never falls when a signal of harm falls`() {
    // What is better when it is less, and what is better when it is more.
    let falling: [Measure] = [
      .broken, .strange, .disorder, .smallStarts, .repetition, .echo, .format, .endCost, .open,
      .refusal, .leftovers,
    ]
    let rising: [Measure] = [.gain, .subject, .completeness]
    for (measures, sign) in [(falling, -1), (rising, 1)] {
      for measure in measures {
        var last = -1_000_000
        for value in stride(from: -3000, through: 12_000, by: 37) {
          var found = Measures()
          found[.subject] = 0
          found[measure] = sign * value
          let sum = Weights.standard.contributions(found).reduce(0) { $0 + $1.points }
          // Hundredths are cut off signal by signal.
          #expect(sum >= last - 8, "\(measure) at \(sign * value)")
          last = max(last, sum)
        }
      }
    }
  }

  @Test func `and its signals stay in their ranges for any bytes`() {
    var state: UInt64 = 1
    for length in 0..<200 {
      var bytes: [UInt8] = []
      for _ in 0..<length {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes.append(UInt8(truncatingIfNeeded: state >> 56))
      }
      var scorer = Scorer()
      let result = scorer.score(prompt: bytes.span, response: bytes.span)
      let signals = result.signals
      for value in [
        signals.density, signals.alignment, signals.fluency, signals.completeness, signals.candour,
        signals.cleanness,
      ] {
        #expect((0...10_000).contains(value ?? 0))
      }
      #expect((100...1000).contains(result.hundredths ?? 100))
    }
  }
}

private func score(_ prompt: String?, _ response: String) -> ScoreResult {
  let bytes = Array(response.utf8)
  var scorer = Scorer()
  guard let prompt else { return scorer.score(prompt: nil, response: bytes.span) }
  return scorer.score(prompt: Array(prompt.utf8).span, response: bytes.span)
}

private func points(_ prompt: String, _ response: String) throws -> Int {
  try #require(score(prompt, response).hundredths)
}
