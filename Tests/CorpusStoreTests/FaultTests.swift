import Curation
import Glibc
import Testing

@testable import CorpusStore

struct `A corpus file on a faulty disk` {
  /// A file with some decisions, and what is to be added to it.
  private struct Scene {
    let state: TemporaryState
    let file: CorpusFile
    let kept: Curated
    var random = Random(seed: 11)

    init() throws {
      state = try TemporaryState()
      state.bounds = CorpusFile.LogBounds(usual: 8, maximum: 16)
      try state.create("a").close()
      file = try state.open("a")
      kept = Curated(try state.load(file))
      for _ in 0..<30 { _ = try kept.admit(random.example()) }
      try file.append(kept.corpus.takeJournal())
    }
  }

  @Test(arguments: [ENOSPC, EIO], [true, false])
  func `keeps a commit as a whole or not at all, whichever call fails`(
    error: Int32, once: Bool
  ) throws {
    var failed = 0
    for left in 0..<60 {
      var scene = try Scene()
      let before = scene.kept.corpus.sequence
      for _ in 0..<100 { _ = try scene.kept.admit(scene.random.example()) }
      let after = scene.kept.corpus.sequence
      let journal = scene.kept.corpus.takeJournal()
      var problem: StoreProblem?
      let wasReached = FaultyDisk.with(failingAfter: left, error, once: once) { plan in
        do throws(StoreProblem) {
          try scene.file.append(journal)
        } catch {
          problem = error
        }
        return plan.failures > 0
      }
      if let problem {
        failed += 1
        #expect(problem.kind == (error == ENOSPC ? .full : .failed), "\(problem.message)")
      }
      // Told or not, what was answered for is there, and there is room again.
      try scene.file.probe()
      let loaded = try scene.state.load(scene.file)
      loaded.checkInvariants()
      #expect(loaded.sequence == (problem == nil ? after : before))
      scene.file.close()
      #expect(try scene.state.load(try scene.state.open("a")).sequence == loaded.sequence)
      if !wasReached { break }
      #expect(left < 59, "no end of calls")
    }
    #expect(failed > 2)
  }

  @Test func `a corpus that cannot be made leaves nothing behind`() throws {
    for left in 0..<200 {
      let state = try TemporaryState()
      let wasReached = FaultyDisk.with(failingAfter: left, ENOSPC) { plan in
        if left < 5 {
          #expect(throws: StoreProblem.self) { try state.create("a") }
        } else {
          _ = try? state.create("a")
        }
        return plan.failures > 0
      }
      // It is there as a whole or not at all.
      if state.directory.exists("a") {
        #expect(try state.load(try state.open("a")).sequence == 0)
      } else {
        try state.create("a").close()
      }
      if !wasReached { return }
    }
    Issue.record("no end of calls")
  }

  @Test(arguments: ["rename", "unlink", "fsync", "mkdir", "opendir"])
  func `names the call of its own that fails`(name: String) throws {
    let isOn = Atomic(false)
    let calls = FileCalls { call in isOn.value && call == name ? EIO : nil }
    let state = try TemporaryState(calls: calls)
    try state.create("a").close()
    isOn.value = true
    switch name {
    case "opendir": #expect(throws: StoreProblem.self) { try state.directory.names() }
    case "mkdir":
      #expect(throws: StoreProblem.self) {
        try StateDirectory("\(state.path)/below", calls: calls)
      }
    default:
      let problem = #expect(throws: StoreProblem.self) { try state.create("b") }
      #expect(problem?.message.contains("\(name): Input/output error") ?? false)
    }
    isOn.value = false
    #expect(try state.directory.names().contains("a"))
    #expect(try state.load(try state.open("a")).sequence == 0)
  }

  /// A switch that closures may look at.
  private final class Atomic: @unchecked Sendable {
    // Used by one thread.
    var value: Bool
    init(_ value: Bool) { self.value = value }
  }

  @Test(arguments: ["rename", "fsync", "unlink"])
  func `goes on with a replacement that was broken off`(name: String) throws {
    for skipped in 0..<6 {
      let state = try TemporaryState()
      let file = try state.create("a")
      let kept = Curated(try state.load(file))
      _ = try kept.admit(#"{"text": "one two three"}"#)
      try file.append(kept.corpus.takeJournal())
      file.close()
      // A process that ends in the middle of putting a copy in place.
      let counter = Counter(skipped)
      let calls = FileCalls { call in call == name && counter.isReached() ? EIO : nil }
      let database = try Database(state.directory.file("a"), .readWrite)
      try database.run("VACUUM INTO '\(state.directory.newFile("a"))'")
      let broken = StateDirectory(borrowing: state.directory, calls)
      do throws(StoreProblem) { try broken.install("a") } catch {}
      let again = try StateDirectory.restarted(state.directory)
      #expect(try again.names() == ["a"])
      let reopened = try CorpusFile.open("a", in: again, .normal)
      #expect(try CorpusLoader.load(reopened, NoFiles(), threads: 1).sequence == 1)
      let rest = try state.directory.calls.names(in: state.path)
      #expect(!rest.contains { $0.hasSuffix(".new") || $0.hasSuffix(".next") })
    }
  }

  private final class Counter: @unchecked Sendable {
    // Used by one thread.
    private var left: Int
    init(_ left: Int) { self.left = left }
    func isReached() -> Bool {
      left -= 1
      return left < 0
    }
  }
}
