import Testing

@testable import Scoring

@Suite struct `A score of one's own` {
  private func trainer(_ count: Int = 30) -> ScoreTrainer {
    var trainer = ScoreTrainer()
    for number in 0..<count {
      let prompt = Array("Tell me about number \(number) please.".utf8)
      let good = "Number \(number) is a lovely number, and green gardens grow around it."
      let bad = "Number \(number) is a boring number that grey offices file away."
      trainer.add(prompt: prompt, response: Array(good.utf8), isGood: true)
      trainer.add(prompt: prompt, response: Array(bad.utf8), isGood: false)
    }
    return trainer
  }

  private func hundredths(_ model: ScoreModel, _ response: String) throws -> Int {
    var scorer = Scorer(scoreModel: model)
    let prompt = Array("Tell me about number 99 please.".utf8)
    return try #require(
      scorer.score(prompt: prompt.span, response: Array(response.utf8).span).hundredths)
  }

  @Test func `learns what is good, and puts 7 between good and bad`() throws {
    let (model, report) = try trainer().train()
    #expect((report.good, report.bad) == (30, 30))
    #expect(report.auc > 950)
    #expect(
      try hundredths(model, "Number 99 is a lovely number, and green gardens grow around it.") > 700
    )
    #expect(
      try hundredths(model, "Number 99 is a boring number that grey offices file away.") < 700)
  }

  @Test func `is the same after writing and reading, and the same every time`() throws {
    let bytes = try trainer().train().model.bytes
    #expect(try trainer().train().model.bytes == bytes)
    let read = try ScoreModel(bytes.span)
    #expect(read.bytes == bytes)
  }

  @Test func `is refused with a byte changed or cut off`() throws {
    let bytes = try trainer().train().model.bytes
    for index in stride(from: 0, to: bytes.count, by: max(bytes.count / 300, 1)) {
      var damaged = bytes
      damaged[index] ^= 0x08
      // The offset and the points a unit, which the checksum leaves out, stay numbers.
      if !(16..<32).contains(index) {
        #expect(throws: ModelError.self) { try ScoreModel(damaged.span) }
      }
      let cut = Array(bytes[..<index])
      #expect(throws: ModelError.self) { try ScoreModel(cut.span) }
    }
  }

  @Test func `is refused by name where another version made it`() throws {
    var bytes = try trainer().train().model.bytes
    bytes[7] = 1
    let error = #expect(throws: ModelError.self) { try ScoreModel(bytes.span) }
    #expect(error?.message == "it is a model of another version of Thresher")
  }

  @Test func `needs ten of each`() {
    #expect(throws: ModelError.self) { try trainer(9).train() }
  }

  @Test func `is taught only by what it may be asked about`() throws {
    let prompt = Array("Tell me about number 5 please.".utf8)
    let chinese = Array("这是一个关于数字五的很长的句子，它没有英文单词。".utf8)
    var taught = trainer()
    taught.add(prompt: prompt, response: [], isGood: true)
    taught.add(prompt: prompt, response: chinese, isGood: true)
    taught.add(prompt: nil, response: Array("Green gardens grow.".utf8), isGood: false)
    let (model, report) = try taught.train()
    #expect((report.good, report.bad) == (30, 30))
    #expect(try model.bytes == trainer().train().model.bytes)
  }

  @Test func `tells an instruction from the lines below it`() throws {
    var trainer = ScoreTrainer()
    for number in 0..<30 {
      let (poem, bill) = ("Praise garden \(number) of this", "Pay bill \(number) of this")
      let response = Array("Here it is, as you wished, with number \(number) in it.".utf8)
      trainer.add(prompt: Array("\(poem)\n\(bill)".utf8), response: response, isGood: true)
      trainer.add(prompt: Array("\(bill)\n\(poem)".utf8), response: response, isGood: false)
    }
    #expect(try trainer.train().report.auc > 950)
  }

  @Test func `is explained to the last hundredth`() throws {
    let (model, _) = try trainer().train()
    var scorer = Scorer(scoreModel: model)
    let text = Array("Green gardens, grey offices.".utf8)
    let result = scorer.score(prompt: text.span, response: text.span)
    #expect(result.contributions.map(\.points).reduce(0, +) == result.hundredths)
  }
}
