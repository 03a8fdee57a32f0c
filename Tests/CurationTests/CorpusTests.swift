import Curation
import JSON
import Scoring
import Testing

@Suite struct CorpusTests {
  static let long = "The quick brown fox jumps over the lazy dog near the old river bank at dawn"
  /// Differs from `long` in its last word: Jaccard 12 of 14.
  static let near = "The quick brown fox jumps over the lazy dog near the old river bank at noon"

  static func row(_ id: String, _ output: String, _ extra: String = "") -> String {
    #"{"id":"\#(id)","instruction":"Say it.","output":"\#(output)"\#(extra)}"#
  }

  @Test func `an exact repeat and a near one are dropped and name the original`() throws {
    var judge = Judge()
    #expect(try judge.admit(Self.row("a", Self.long)).decision.keep)
    let exact = try judge.admit(Self.row("b", "  " + Self.long.uppercased() + "\\n"))
    let near = try judge.admit(Self.row("c", Self.near))
    #expect(near.decision.reasons == .nearDuplicate)
    #expect(near.original?.json == "\"a\"")
    #expect(near.decision.duplicate?.similarity == 8888)
    #expect(near.decision.diversity == 1112)
    // The white space at the end makes another normalized text, of the same shingles.
    #expect(exact.decision.reasons == .nearDuplicate)
    #expect(exact.decision.duplicate?.similarity == 10_000)
    let same = try judge.admit(Self.row("d", Self.long.uppercased()))
    #expect(same.decision.reasons == .exactDuplicate)
    #expect(judge.corpus.count == 1)
  }

  @Test func `what is dropped is nothing to be a duplicate of`() throws {
    var judge = Judge()
    _ = try judge.admit(Self.row("a", ""))
    let second = try judge.admit(Self.row("b", ""))
    #expect(second.decision.reasons == .empty)
    #expect(second.decision.duplicate == nil)
  }

  @Test func `the same id with the same texts gets the decision it got before`() throws {
    var judge = Judge()
    let first = try judge.admit(Self.row("a", Self.long))
    let drop = try judge.admit(Self.row("b", Self.near))
    let again = try judge.admit(Self.row("a", Self.long, #","other":"key""#))
    let dropAgain = try judge.admit(Self.row("b", Self.near))
    #expect(again.isReplayed && dropAgain.isReplayed)
    #expect(again.decision == first.decision)
    #expect(dropAgain.decision == drop.decision)
    #expect(judge.corpus.sequence == 2)
  }

  @Test func `the same id with other texts is an error unless it replaces`() throws {
    var judge = Judge()
    _ = try judge.admit(Self.row("a", Self.long))
    #expect { try judge.admit(Self.row("a", Self.near)) } throws: {
      ($0 as? InputError)?.kind == .idConflict
    }
    // Not compared with its own old self.
    let replaced = try judge.admit(Self.row("a", Self.near), replaces: true)
    #expect(replaced.decision.keep && !replaced.isReplayed)
    #expect(judge.corpus.count == 1)
    #expect(try judge.admit(Self.row("b", Self.near)).decision.reasons == .exactDuplicate)
  }

  @Test func `retracting forgets the decisions that named the example`() throws {
    var judge = Judge()
    _ = try judge.admit(Self.row("a", Self.long))
    _ = try judge.admit(Self.row("b", Self.near))
    #expect(judge.corpus.retract(ExampleID(string: "a")))
    #expect(!judge.corpus.retract(ExampleID(string: "a")))
    #expect(judge.corpus.count == 0)
    let again = try judge.admit(Self.row("b", Self.near))
    #expect(again.decision.keep && !again.isReplayed)
    let old = try judge.admit(Self.row("a", Self.long))
    #expect(old.original?.json == "\"b\"")
  }

  @Test func `judging changes nothing and sees what is there`() throws {
    var judge = Judge()
    #expect(try judge.judge(Self.row("a", Self.long)).decision.keep)
    #expect(judge.corpus.count == 0 && judge.corpus.sequence == 0)
    _ = try judge.admit(Self.row("a", Self.long))
    #expect(try judge.judge(Self.row("a", Self.long)).isReplayed)
    #expect(try judge.judge(Self.row("x", Self.near)).decision.reasons == .nearDuplicate)
    #expect(try judge.judge(Self.row("a", Self.near), replaces: true).decision.keep)
    #expect(throws: InputError.self) { try judge.judge(Self.row("a", Self.near)) }
    #expect(judge.corpus.sequence == 1)
  }

  @Test func `unknown ids can be refused`() throws {
    var judge = Judge()
    _ = try judge.admit(Self.row("a", Self.long))
    var options = Corpus.Options()
    options.refusesUnknown = true
    #expect(try judge.corpus.admit(judge.prepare(Self.row("a", Self.long)), options).isReplayed)
    for text in [Self.row("b", "x"), #"{"text":"no id"}"#] {
      let prepared = try judge.prepare(text)
      #expect { try judge.corpus.admit(prepared, options) } throws: {
        ($0 as? InputError)?.kind == .unknownID
      }
    }
  }

  @Test func `examples without an id are named by their sequence and never replay`() throws {
    var judge = Judge()
    _ = try judge.admit(##"{"id":"#2","text":"somebody uses such a name"}"##)
    #expect(try judge.admit(#"{"text":"first of its kind"}"#).id.json == ##""#3""##)
    let repeated = try judge.admit(#"{"text":"first of its kind"}"#)
    #expect(!repeated.isReplayed)
    #expect(repeated.decision.reasons == .exactDuplicate)
    #expect(repeated.original?.json == ##""#3""##)
    #expect(judge.corpus.retract(ExampleID(string: "#3")))
  }

  @Test func `system messages do not make strangers alike`() throws {
    var judge = Judge()
    let system = String(repeating: "You are a careful assistant who answers in full. ", count: 20)
    func row(_ question: String, _ answer: String) -> String {
      #"""
      {"messages":[{"role":"system","content":"\#(system)"},{"role":"user","content":"\#(question)"},
      {"role":"assistant","content":"\#(answer)"}]}
      """#
    }
    #expect(try judge.admit(row("Name a colour.", "Blue is one.")).decision.keep)
    #expect(try judge.admit(row("Name a river.", "The Rhine.")).decision.keep)
  }

  @Test func `near-field narrows what is compared`() throws {
    for (field, reasons) in [
      (Settings.Near.Field.prompt, Reasons.exactDuplicate), (.response, []), (.all, []),
    ] {
      var settings = Settings.withoutMinimum
      settings.near.field = field
      var judge = Judge(settings)
      _ = try judge.admit(
        #"{"instruction":"Tell me a short story.","output":"Once there was a fox."}"#)
      let second = try judge.admit(
        #"{"instruction":"Tell me a short story.","output":"A ship sailed at night."}"#)
      #expect(second.decision.reasons == reasons)
    }
  }

  @Test func `near-text trimmed compares what is left after trimming`() throws {
    let plain = #"{"instruction":"Add 2 and 2.","output":"The sum of two and two is four."}"#
    let fluffy =
      #"{"instruction":"Add 2 and 2.","output":"Sure! The sum of two and two is four. I hope this helps!"}"#
    for (text, reasons) in [(Settings.Near.Text.trimmed, Reasons.exactDuplicate), (.original, [])] {
      var settings = Settings.withoutMinimum
      settings.near.text = text
      var judge = Judge(settings)
      _ = try judge.admit(plain)
      #expect(try judge.admit(fluffy).decision.reasons == reasons)
    }
  }

  @Test func `a minimum drops what scores below it and keeps the rest`() throws {
    let good = Self.row("a", "A fox is a small wild animal with a bushy tail that lives in woods.")
    var settings = Settings.withoutMinimum
    var plain = Judge(settings)
    let score = try #require(plain.prepare(good).quality?.score.hundredths)
    for (minimum, keep) in [(score, true), (score + 1, score == 1_000)] {
      settings.minimumScore = min(minimum, 1_000)
      var judge = Judge(settings)
      #expect(try judge.admit(good).decision.keep == keep)
    }
    #expect(try plain.admit(Self.row("z", "asdf jkl qwer zxcv uiop hjkl")).decision.keep)
  }

  @Test func `similar examples come best first and up to the limit`() throws {
    var judge = Judge()
    _ = try judge.admit(
      #"{"id":1,"text":"one two three four five six seven eight nine ten alpha"}"#)
    _ = try judge.admit(
      #"{"id":2,"text":"zero one two three four five six seven eight nine ten beta gamma"}"#)
    let subject = try judge.prepare(
      #"{"text":"one two three four five six seven eight nine ten alpha"}"#)
    let found = judge.corpus.similar(to: subject, limit: 5)
    #expect(found.map { $0.id.json } == ["1"])
    #expect(judge.corpus.similar(to: subject, limit: 0).isEmpty)
  }

  @Test func `a replaced original does not come back through old decisions`() throws {
    var judge = Judge()
    _ = try judge.admit(Self.row("a", Self.long))
    _ = try judge.admit(Self.row("b", Self.near))
    _ = try judge.admit(
      Self.row("a", "Something else entirely, about ships and harbours."), replaces: true)
    let again = try judge.admit(Self.row("b", Self.near))
    #expect(!again.isReplayed && again.decision.keep)
  }

  @Test
  func `any order of admitting, replacing and retracting leaves a corpus that keeps its word`()
    throws
  {
    var random = Seeded(seed: 11)
    var judge = Judge()
    let words = ["fox", "dog", "river", "ship", "blue", "stone", "quiet", "dawn"]
    for _ in 0..<3_000 {
      let id = "e\(random.next() % 60)"
      let text = (0..<(3 + random.next() % 6)).map { _ in words[Int(random.next() % 8)] }
        .joined(separator: " ")
      switch random.next() % 10 {
      case 0: _ = judge.corpus.retract(ExampleID(string: id))
      case 1...3: _ = try judge.admit(Self.row(id, text), replaces: true)
      default: _ = try? judge.admit(Self.row(id, text))
      }
    }
    judge.corpus.checkInvariants()
  }
}

struct Seeded {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
