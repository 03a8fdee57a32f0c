package import Curation
internal import JSON
internal import Synchronization
internal import Threads

/// How far loading is; looked at from other threads.
package final class LoadProgress: Sendable {
  private let state = Mutex((done: 0, total: 0))

  package init() {}

  /// Decisions taken in, and those to be.
  package var now: (done: Int, total: Int) { state.withLock { $0 } }

  func begin(_ total: Int) { state.withLock { $0 = (0, total) } }
  func advance(_ count: Int) { state.withLock { $0.done += count } }
}

/// Makes a corpus again from its file.
///
/// The file is read and its rows are made ready on some threads, while this one takes in those before, in
/// order.
package struct CorpusLoader {
  /// Decisions in one part of the work.
  private static let sliceCount = 8_192

  /// Decisions whose places in memory are looked up together.
  private static let prefetchedAhead = 8

  private let name: String
  private let path: String
  private let threads: Int
  private let progress: LoadProgress

  /// The corpus of a file as it is, with a journal that has begun.
  /// - Parameters:
  ///   - files: reads the files that its settings name.
  ///   - threads: at least 1.
  package static func load(
    _ file: CorpusFile, _ files: any FileReading, threads: Int,
    progress: LoadProgress = LoadProgress()
  ) throws(StoreProblem) -> sending Corpus {
    let loader = CorpusLoader(
      name: file.name, path: file.path, threads: threads, progress: progress)
    let box = try file.read { reader throws(StoreProblem) in
      Box(try loader.load(reader, files))
    }
    box.corpus.startJournal()
    return box.corpus
  }

  /// The same of a file that nobody writes to, or somebody else does.
  static func inspect(
    _ path: String, _ name: String, _ files: any FileReading, threads: Int
  ) throws(StoreProblem) -> (corpus: Corpus, totals: Totals) {
    let database = try Database(path, .readOnly)
    try database.run("BEGIN")
    try FileFormat.check(database)
    try database.checkPages()
    let reader = try RowReader(database)
    let loader = CorpusLoader(
      name: name, path: path, threads: threads, progress: LoadProgress())
    return (try loader.load(reader, files), reader.totals)
  }

  /// Carries the corpus out of the closure.
  private struct Box: @unchecked Sendable {
    // It was made in that closure, and nobody else has it.
    let corpus: Corpus
    init(_ corpus: Corpus) { self.corpus = corpus }
  }

  private func load(
    _ reader: RowReader, _ files: any FileReading
  ) throws(StoreProblem) -> Corpus {
    let settings = try settings(reader.settings, files)
    guard settings.engine == reader.engine else {
      throw StoreProblem(
        .foreign,
        "\(path) was written with another engine (\(reader.engine); this version has "
          + "\(settings.engine)): use the version that wrote it, or another --state")
    }
    let corpus = Corpus(name: name, settings: settings)
    progress.begin(reader.totals.examples)
    try restoreReferences(reader, to: corpus)
    try restoreDecisions(reader, settings, to: corpus)
    return corpus
  }

  private func settings(
    _ json: [UInt8], _ files: any FileReading
  ) throws(StoreProblem) -> Settings {
    do {
      let value = try JSONParser().parse(json).root
      let change = try SettingsChange(value, at: .root, files: .absolute(SettingsFiles(files)))
      return change.applied(to: Settings())
    } catch let error as InputError {
      throw StoreProblem(
        .foreign, "\(path): its setting \(error.pointer) cannot be had: \(error.message)")
    } catch {
      throw StoreProblem(.damaged, "\(path): its settings cannot be read: \(error)")
    }
  }

  private func restoreReferences(
    _ reader: RowReader, to corpus: Corpus
  ) throws(StoreProblem) {
    let journal = try reader.readReferences()
    do throws(RestoreProblem) {
      var fields: [(field: ReferenceField, set: String)] = []
      for case .reference(let stored) in journal.entries {
        fields.append(
          (
            try ReferenceField(stored, journal.bytes),
            String(decoding: journal.bytes[stored.set], as: UTF8.self)
          ))
      }
      try corpus.restore(fields)
    } catch {
      throw damaged(error.message)
    }
  }

  private func damaged(_ message: String) -> StoreProblem {
    StoreProblem(.damaged, "\(path): \(message)")
  }

  // MARK: Decisions

  /// A part of the rows, made ready.
  private struct Slice: Sendable {
    enum Entry: Sendable {
      case decided(RestoredDecision)
      case retracted(StoredRetraction)
    }

    /// What made them ready, and has their shingles.
    var restorer: Restorer
    var entries: [Entry] = []
    var decisionCount = 0
    var problem: StoreProblem?

    init(_ settings: Settings) { restorer = Restorer(settings) }
  }

  private func restoreDecisions(
    _ reader: RowReader, _ settings: Settings, to corpus: Corpus
  ) throws(StoreProblem) {
    // Threads take turns at reading; what they read is in the order of its numbers.
    let source = Source(reader)
    var round = begin(source, settings)
    var putOff = PutOff()
    while true {
      let slices = round.map { $0.value() }.filter { $0.number != nil }
      guard !slices.isEmpty else { break }
      round = begin(source, settings)
      defer { for slice in round { _ = slice.value() } }
      for slice in slices.sorted(by: { ($0.number ?? 0) < ($1.number ?? 0) }) {
        try restore(slice.slice, to: corpus, &putOff)
        putOff.takeMore(from: corpus)
      }
    }
    putOff.finish(corpus)
    corpus.finishRestoring()
  }

  /// What restoring puts off, a part at a time on a thread of its own.
  private struct PutOff {
    private var running: Future<PutOffWork>?

    mutating func takeMore(from corpus: Corpus) {
      guard corpus.hasPutOffEnough else { return }
      finish(corpus)
      let work = corpus.takePutOffWork()
      running = Future { work.done() }
    }

    mutating func finish(_ corpus: Corpus) {
      if let work = running?.value() { corpus.finish(work) }
      running = nil
    }
  }

  private func begin(
    _ source: Source, _ settings: Settings
  ) -> [Future<(number: Int?, slice: Slice)>] {
    let path = path
    return (0..<threads).map { _ in
      Future {
        guard let (number, rows) = source.next(Self.sliceCount) else {
          return (nil, Slice(settings))
        }
        return (number, Self.prepare(rows, settings, path))
      }
    }
  }

  private static func prepare(
    _ rows: Source.Rows, _ settings: Settings, _ path: String
  ) -> Slice {
    var slice = Slice(settings)
    switch rows {
    case .failure(let problem): slice.problem = problem
    case .success(let (journal, checksums)):
      if let sequence = RowReader.verify(journal, checksums) {
        slice.problem = StoreProblem(
          .damaged, "\(path): decision \(sequence) has another checksum")
        return slice
      }
      slice.entries.reserveCapacity(journal.entries.count)
      do throws(RestoreProblem) {
        for entry in journal.entries {
          switch entry {
          case .decided(let stored):
            slice.entries.append(.decided(try slice.restorer.prepare(stored, journal.bytes)))
            slice.decisionCount += 1
          case .retracted(let stored): slice.entries.append(.retracted(stored))
          case .reference, .configured: break
          }
        }
      } catch {
        slice.problem = StoreProblem(.damaged, "\(path): \(error.message)")
      }
    }
    return slice
  }

  private func restore(
    _ slice: Slice, to corpus: Corpus, _ putOff: inout PutOff
  ) throws(StoreProblem) {
    do throws(RestoreProblem) {
      for (place, entry) in slice.entries.enumerated() {
        if place % Self.prefetchedAhead == 0 {
          for case .decided(let restored) in slice.entries[place...].prefix(Self.prefetchedAhead) {
            corpus.prefetch(restored)
          }
        }
        switch entry {
        case .decided(let restored): try corpus.restore(restored, slice.restorer)
        case .retracted(let retraction):
          putOff.finish(corpus)
          try corpus.restore(retraction)
        }
      }
    } catch {
      throw damaged(error.message)
    }
    if let problem = slice.problem { throw problem }
    progress.advance(slice.decisionCount)
  }

  /// Rows for whoever asks next.
  private final class Source: @unchecked Sendable {
    typealias Rows = Result<(journal: Journal, checksums: [Int]), StoreProblem>

    // The reader is touched under the lock only, and its owner waits until all who have this are done.
    private let reader: RowReader
    private let state = Mutex((next: 0, hasEnded: false))

    init(_ reader: RowReader) { self.reader = reader }

    /// The next rows and their place in the order; nil when there are no more.
    func next(_ count: Int) -> (number: Int, rows: Rows)? {
      state.withLock { state in
        guard !state.hasEnded else { return nil }
        let number = state.next
        state.next += 1
        do throws(StoreProblem) {
          guard let rows = try reader.readDecisions(count) else {
            state.hasEnded = true
            return nil
          }
          return (number, .success(rows))
        } catch {
          state.hasEnded = true
          return (number, .failure(error))
        }
      }
    }
  }
}
