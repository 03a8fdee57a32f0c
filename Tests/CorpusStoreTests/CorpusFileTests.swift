import Curation
import JSON
import Testing

@testable import CorpusStore

struct `A corpus file` {
  @Test(arguments: [1, 3])
  func `gives back a corpus that answers as before`(threads: Int) throws {
    let state = try TemporaryState()
    let file = try state.create("default")
    let twin = Curated(Corpus(name: "default", settings: Settings()))
    let kept = Curated(Corpus(name: "default", settings: Settings()))
    kept.corpus.startJournal()
    var random = Random(seed: 7)
    for round in 0..<40 {
      for _ in 0..<50 {
        let example = random.example()
        #expect(try twin.admit(example) == kept.admit(example))
      }
      if round % 5 == 4 {
        let id = random.knownID()
        #expect(twin.corpus.retract(id) == kept.corpus.retract(id))
      }
      if round == 20 {
        for corpus in [twin, kept] { try corpus.addReferences(["one two three four five six"]) }
      }
      try file.append(kept.corpus.takeJournal())
    }
    file.close()

    let again = try state.open("default")
    let loaded = Curated(try state.load(again, threads: threads))
    loaded.corpus.checkInvariants()
    #expect(loaded.corpus.count == twin.corpus.count)
    #expect(loaded.corpus.sequence == twin.corpus.sequence)
    #expect(loaded.corpus.counts.reasons == twin.corpus.counts.reasons)
    #expect(loaded.corpus.counts.retracted == twin.corpus.counts.retracted)
    // What was decided is told again, and what comes next is decided alike.
    for example in random.given { #expect(try loaded.admit(example) == twin.admit(example)) }
    for _ in 0..<500 {
      let example = random.example()
      #expect(try loaded.admit(example) == twin.admit(example))
    }
    #expect(!loaded.corpus.isJournalEmpty)
  }

  @Test func `keeps the settings that were set last`() throws {
    let state = try TemporaryState()
    var settings = Settings()
    settings.near.shingle = 5
    let file = try state.create("a", settings)
    let corpus = try state.load(file)
    settings.minimumScore = 650
    corpus.configure(settings)
    try file.append(corpus.takeJournal())
    file.close()
    #expect(try state.load(try state.open("a")).settings == settings)
  }

  @Test func `tells names of every kind apart`() throws {
    let state = try TemporaryState()
    let file = try state.create("ids")
    let kept = Curated(try state.load(file))
    let ids = [
      #""1""#, "1", "-0", "9223372036854775807", "9223372036854775808", ##""#2""##, #""""#, #""é""#,
      #""a\u0000b""#, "null",
    ]
    let examples = ids.enumerated().map { index, id in
      id == "null" ? #"{"text": "text \#(index)"}"# : #"{"id": \#(id), "text": "text \#(index)"}"#
    }
    let before = try examples.map { try kept.admit($0) }
    try file.append(kept.corpus.takeJournal())
    file.close()
    let loaded = Curated(try state.load(try state.open("ids")))
    loaded.corpus.checkInvariants()
    // The last has no name of its own, and is the tenth text again.
    for (example, verdict) in zip(examples, before).dropLast() {
      #expect(try loaded.admit(example) == verdict)
    }
    #expect(try loaded.admit(examples[9]).contains("#10"))
  }

  @Test func `is not replaced by a second of its name, and is gone when it is dropped`() throws {
    let state = try TemporaryState()
    try state.create("a").close()
    #expect(try state.directory.names() == ["a"])
    try state.directory.drop("a")
    #expect(try state.directory.names() == [])
    #expect(throws: StoreProblem.self) { try state.open("a") }
  }

  @Test func `a log that a reader holds back does not grow without bound`() throws {
    let state = try TemporaryState()
    state.bounds = CorpusFile.LogBounds(usual: 100, maximum: 200)
    try state.create("a").close()
    let file = try state.open("a")
    let kept = Curated(try state.load(file))
    let reader = try Database(state.directory.file("a"), .readOnly)
    try reader.run("BEGIN")
    #expect(try reader.integer("SELECT count(*) FROM decisions") == 0)
    var largest = 0
    var random = Random(seed: 3)
    for _ in 0..<60 {
      for _ in 0..<20 { _ = try kept.admit(random.longExample()) }
      try file.append(kept.corpus.takeJournal())
      largest = max(largest, state.directory.calls.size(state.directory.file("a") + "-wal"))
    }
    #expect(largest > 4_096 * 100, "the log was never long enough to matter")
    #expect(largest < 4_096 * 300)
    #expect(try reader.integer("SELECT count(*) FROM decisions") == 0)
    #expect(
      try Database(state.directory.file("a"), .readOnly)
        .integer("SELECT count(*) FROM decisions") == 1_200)
    try reader.run("COMMIT")
    file.close()
    #expect(try state.load(try state.open("a")).sequence == 1_200)
  }
}
