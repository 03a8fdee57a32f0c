import Curation
import Glibc
import Testing

@testable import CorpusStore

struct `A damaged corpus file` {
  /// The bytes of a small file, and what a corpus from it answers.
  private struct Sound {
    let state: TemporaryState
    let path: String
    let bytes: [UInt8]
    let examples: [String]
    let verdicts: [String]

    init() throws {
      state = try TemporaryState()
      path = state.directory.file("a")
      let file = try state.create("a")
      let kept = Curated(try state.load(file))
      var random = Random(seed: 5)
      for _ in 0..<120 { _ = try kept.admit(random.example()) }
      try kept.addReferences(["one two three four five six seven"])
      _ = kept.corpus.retract(random.knownID())
      _ = kept.corpus.retract(random.knownID())
      try file.append(kept.corpus.takeJournal())
      file.close()
      bytes = try Self.read(path)
      examples = random.given.suffix(40) + (0..<30).map { _ in random.example() }
      let twin = Curated(try state.load(try state.open("a")))
      verdicts = try examples.map { try twin.admit($0) }
    }

    static func read(_ path: String) throws -> [UInt8] {
      let descriptor = open(path, O_RDONLY)
      defer { close(descriptor) }
      var status = stat()
      fstat(descriptor, &status)
      var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
      try #require(Glibc.read(descriptor, &bytes, bytes.count) == bytes.count)
      return bytes
    }

    func write(_ bytes: some Collection<UInt8>) throws {
      for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
      let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
      defer { close(descriptor) }
      let bytes = Array(bytes)
      try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    }

    /// Whether the damage was told; if it was not, it must not matter.
    func isDetected(_ what: String) throws -> Bool {
      do throws(StoreProblem) {
        let file = try CorpusFile.open("a", in: state.directory, .normal)
        defer { file.close() }
        let loaded = Curated(try CorpusLoader.load(file, NoFiles(), threads: 1))
        loaded.corpus.checkInvariants()
        for (example, verdict) in zip(examples, verdicts) {
          let given = (try? loaded.admit(example)) ?? "-"
          #expect(given == verdict, "\(what) went unnoticed")
          if given != verdict { break }
        }
        return false
      } catch {
        #expect(error.message.hasPrefix(path), "\(what): \(error.message)")
        return true
      }
    }
  }

  @Test func `cut short anywhere, is refused by name`() throws {
    let sound = try Sound()
    // At every byte of the last page, and at some of the others.
    let lengths =
      Array(stride(from: 0, to: sound.bytes.count - 4_096, by: 509))
      + Array(sound.bytes.count - 4_096..<sound.bytes.count)
    for length in lengths {
      try sound.write(sound.bytes.prefix(length))
      #expect(try sound.isDetected("\(length) bytes of \(sound.bytes.count)"))
    }
    try sound.write(sound.bytes)
    #expect(try !sound.isDetected("nothing"))
  }

  @Test func `with a bit flipped, is refused by name or answers as before`() throws {
    let sound = try Sound()
    var detected = 0
    var random = SystemLess(seed: 9)
    var tried = 0
    for page in stride(from: 0, to: sound.bytes.count, by: 4_096) {
      // The heads of pages, and bits anywhere in them.
      let places = (0..<12).map { page + $0 } + (0..<40).map { _ in page + random.next(4_096) }
      for place in places {
        var bytes = sound.bytes
        bytes[place] ^= 1 << UInt8(random.next(8))
        try sound.write(bytes)
        tried += 1
        if try sound.isDetected("a bit of byte \(place)") { detected += 1 }
      }
    }
    // Half of the pages have one short row and room: there a bit means nothing.
    #expect(detected * 3 > tried, "\(detected) of \(tried)")
  }

  @Test func `a log that is cut short or has a bit flipped loses the last commits at most`() throws
  {
    let state = try TemporaryState()
    let path = state.directory.file("a")
    let file = try state.create("a")
    let kept = Curated(try state.load(file))
    for index in 0..<12 {
      _ = try kept.admit(#"{"id": \#(index), "text": "number \#(index) of some"}"#)
      try file.append(kept.corpus.takeJournal())
    }
    // As a process that was killed leaves them.
    let (main, log) = (try Sound.read(path), try Sound.read(path + "-wal"))
    file.close()
    func load(_ log: [UInt8]) throws -> Int {
      for (suffix, bytes) in [("", main), ("-wal", log)] {
        unlink(path + "-shm")
        let descriptor = open(path + suffix, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        defer { close(descriptor) }
        try #require(write(descriptor, bytes, bytes.count) == bytes.count)
      }
      let file = try state.open("a")
      defer { file.close() }
      let corpus = try state.load(file)
      corpus.checkInvariants()
      return corpus.sequence
    }
    #expect(try load(log) == 12)
    var last = 0
    for length in stride(from: 0, through: log.count, by: 1_024) {
      let sequence = try load(Array(log.prefix(length)))
      #expect(sequence >= last)
      last = sequence
    }
    var random = SystemLess(seed: 2)
    for _ in 0..<60 {
      var bytes = log
      bytes[random.next(log.count)] ^= 1 << UInt8(random.next(8))
      #expect(try load(bytes) <= 12)
    }
  }
}

/// A generator with a seed.
struct SystemLess {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }
}
