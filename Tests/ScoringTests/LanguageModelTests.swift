import Testing

@testable import Scoring

@Suite struct `A language model` {
  static let arpa = """
    \\data\\
    ngram 1=5
    ngram 2=3
    ngram 3=1

    \\1-grams:
    -2.0\t<unk>\t0
    -99\t<s>\t-0.5
    -1.0\t</s>
    -0.7\tthe\t-0.3
    -1.1\tcat\t-0.2

    \\2-grams:
    -0.4\t<s> the\t-0.1
    -0.6\tthe cat\t0.25
    -0.9\tcat </s>

    \\3-grams:
    -0.15\t<s> the cat

    \\end\\
    """

  private func log10s(_ model: LanguageModel, _ line: String) -> [Double] {
    var found: [Double] = []
    var text = ModelText(model)
    _ = text.measure(Array("\(line)\n".utf8).span) { if let value = $0 { found.append(value) } }
    return found
  }

  private func read(_ text: String) throws -> LanguageModel {
    try LanguageModel(file: ModelBytes(bytes: Array(text.utf8).span))
  }

  @Test(arguments: [
    // the: <s> the. cat: <s> the cat. </s>: backs off from "the cat" and finds "cat </s>".
    ("the cat", [-0.4, -0.15, 0.25 - 0.9]),
    // dog is unknown: backs off from "<s> the" and "the". Then nothing is known before </s>.
    ("the dog", [-0.4, -0.1 - 0.3 - 2.0, -1.0]),
    ("cat", [-0.5 - 1.1, -0.9]),
    ("", [-0.5 - 1.0]),
  ])
  func `backs off as ARPA says`(_ line: String, _ expected: [Double]) throws {
    let found = log10s(try read(Self.arpa), line)
    #expect(found.count == expected.count)
    for (one, two) in zip(found, expected) { #expect(abs(one - two) < 1e-5) }
  }

  @Test func `may leave out shorter parts of an n-gram`() throws {
    // "the cat" and "<s> the" are not there by themselves; what they would be backs off.
    let text = Self.arpa
      .replacing("ngram 2=3", with: "ngram 2=1").replacing("-0.4\t<s> the\t-0.1\n", with: "")
      .replacing("-0.6\tthe cat\t0.25\n", with: "")
    let found = log10s(try read(text), "the cat")
    for (one, two) in zip(found, [-0.5 - 0.7, -0.15, -0.9]) { #expect(abs(one - two) < 1e-5) }
  }

  @Test(arguments: [
    ("ngram 2=3", "ngram 3=3", "line 3: \"ngram ORDER=COUNT\" is expected"),
    ("\\2-grams:", "\\4-grams:", "line 13: \"\\4-grams:\" is no heading that can stand here"),
    ("-0.6\tthe cat\t0.25", "-0.6\tthe\t0.25", "line 15: it has a word that is not among"),
    ("-0.6\tthe cat\t0.25", "x\tthe cat\t0.25", "line 15: log10 of a probability is expected"),
    ("-0.6\tthe cat\t0.25", "-0.6\tthe dog\t0.25", "line 15: it has a word that is not among"),
    ("-0.7\tthe\t-0.3", "-0.7\tcat\t-0.3", "line 11: this n-gram was there before"),
    ("\\end\\", "", "the ARPA file is cut off: \\end\\ is missing"),
    ("ngram 3=1", "ngram 3=2", "the ARPA file announces 2 n-grams of order 3 and has fewer"),
  ])
  func `says what is wrong with an ARPA file, and where`(
    _ old: String, _ new: String, _ message: String
  ) {
    #expect {
      try read(Self.arpa.replacing(old, with: new))
    } throws: { error in
      (error as? ModelError)?.message.hasPrefix(message) == true
    }
  }

  @Test func `takes text as it is when its words have capitals`() throws {
    #expect(try !read(Self.arpa).isCased)
    #expect(try read(Self.arpa.replacing("cat", with: "Cat")).isCased)
  }

  @Test func `is refused with any byte changed or cut off`() throws {
    var trainer = try LanguageModelTrainer(order: 2, prune: [0])
    trainer.add(Array("one two three\ntwo three four".utf8).span)
    let bytes = try trainer.train(isPacked: true).bytes
    #expect(try LanguageModel(ModelBytes(bytes: bytes.span)).order == 2)
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= 0x40
      #expect(throws: ModelError.self) { try LanguageModel(ModelBytes(bytes: damaged.span)) }
      let cut = Array(bytes[..<index])
      #expect(throws: ModelError.self) { try LanguageModel(ModelBytes(bytes: cut.span)) }
    }
  }

  @Test func `of English is there and finds sense more probable than nonsense`() {
    let model = LanguageModel.english
    #expect(model.order == 3)
    let sense = log10s(model, "the sun is a star .").reduce(0, +)
    let nonsense = log10s(model, "star the a . is sun").reduce(0, +)
    #expect(sense > nonsense + 2)
  }

  @Test func `is trained on tokens in lower case, a sentence a line`() throws {
    var trainer = try LanguageModelTrainer(order: 2, prune: [0, 0])
    trainer.add(Array("The cat.\n\nthe CAT sat\n".utf8).span)
    let (bytes, report) = try trainer.train(isPacked: false)
    // the cat . </s> the cat sat </s>
    #expect(report.tokens == 8)
    let model = try LanguageModel(ModelBytes(bytes: bytes.span))
    #expect(model.unigram(WordKey.of("cat")) != nil)
    #expect(model.unigram(WordKey.of("CAT")) == nil)
    #expect(WordKey.of("<unk>") == WordKey.unknown)
    #expect(WordKey.of("<s>") == WordKey.sentenceStart)
    #expect(WordKey.of("</s>") == WordKey.sentenceEnd)
  }

  @Test(arguments: [(0, [0]), (7, [0]), (2, [1]), (2, [0, 2, 2]), (3, [0, 2, 1])])
  func `cannot be trained by impossible orders and counts`(_ order: Int, _ prune: [Int]) {
    #expect(throws: ModelError.self) { try LanguageModelTrainer(order: order, prune: prune) }
  }
}
