internal import CorpusStore
internal import Curation
internal import JSON
internal import JSONRPC
internal import Serving

/// What whoever runs the daemon wants to know about its state.
package enum StateNews {
  case loaded(corpus: String, decisions: Int)
  case unreadable(String)
  case unwritable(String)
  case writableAgain(corpus: String)
}

/// A corpus by its name: in memory, or in a file from which it is loaded when it is first asked for.
///
/// Changes go to memory at once and to the file behind it: what happened gathers in the corpus's journal
/// while the journal before it is written. Answers wait for the commit that holds what they rely on. When
/// one fails, all that was not written is taken back: the corpus is let go and loaded again from its file.
final class Residence {
  enum State {
    /// In its file only.
    case asleep
    case loading(LoadProgress)
    case awake(HostedCorpus)
    /// Its file is being taken away.
    case leaving
    /// It could not be loaded, or is gone. The next one who asks by its name tries anew.
    case failed(RPCError)
  }

  let name: String
  private(set) var state: State
  let gate = AdmissionGate()
  /// Nil for a corpus in memory.
  private let home: Home?
  private var file: CorpusFile?

  /// What the write under way is for, and what gathers behind it.
  private var inFlight: Commit?
  private var next: Commit?
  /// A write has failed; before the next change it is tried whether one succeeds.
  private var isSuspect = false
  private var isProbing = false
  private var probeFailure: RPCError?
  /// Somebody who waited may go on.
  private var hasReleased = false

  /// Where corpora are kept and how work for other threads is given away.
  struct Home {
    let directory: StateDirectory
    let durability: Durability
    let files: any FileReading
    let threads: Int
    let version: String
    let idBytesMaximum: Int
    let give: (StoreLane, Job, @escaping (any Sendable) -> Void) -> Void
    let tell: (StateNews) -> Void
  }

  /// A corpus in memory.
  init(_ hosted: HostedCorpus) {
    name = hosted.corpus.name
    state = .awake(hosted)
    home = nil
  }

  /// One that has a file.
  init(_ name: String, _ home: Home) {
    (self.name, self.home) = (name, home)
    state = .asleep
  }

  /// One that gets a file.
  init(_ name: String, creating settings: Settings, _ home: Home) {
    (self.name, self.home) = (name, home)
    state = .loading(LoadProgress())
    let (directory, durability, version) = (home.directory, home.durability, home.version)
    load { () throws(StoreProblem) in
      try CorpusFile.create(name, settings, in: directory, durability, version: version)
    }
  }

  var isDurable: Bool { home != nil }

  var hosted: HostedCorpus? { if case .awake(let hosted) = state { hosted } else { nil } }

  var progress: LoadProgress? { if case .loading(let progress) = state { progress } else { nil } }

  var byteCount: Int? { home?.directory.byteCount(name) }

  /// Another thread is at it: whoever wants something of it waits.
  var isBusy: Bool {
    switch state {
    case .loading, .leaving: true
    case .asleep, .awake, .failed: false
    }
  }

  var isDropped: Bool {
    if case .failed(let error) = state { error.kind == .unknownCorpus } else { false }
  }

  var isLost: Bool { if case .failed = state { true } else { false } }

  // MARK: Loading

  /// Begins to load it, if it is asleep.
  func wake() {
    guard case .asleep = state, let home else { return }
    state = .loading(LoadProgress())
    let (name, directory, durability) = (name, home.directory, home.durability)
    if let file {
      load { file }
    } else {
      load { () throws(StoreProblem) in try CorpusFile.open(name, in: directory, durability) }
    }
  }

  /// A corpus on its way from a thread to the one that owns it from then on.
  private struct Loaded: @unchecked Sendable {
    // Made by the loader, which keeps nothing of it.
    let corpus: Corpus
    let file: CorpusFile
  }

  private func load(
    _ open: @escaping @Sendable () throws(StoreProblem) -> CorpusFile
  ) {
    guard let home, let progress else { return }
    let (files, threads) = (home.files, home.threads)
    home.give(
      .load,
      Job { () -> Result<Loaded, StoreProblem> in
        do throws(StoreProblem) {
          let file = try open()
          let corpus = try CorpusLoader.load(file, files, threads: threads, progress: progress)
          return .success(Loaded(corpus: corpus, file: file))
        } catch {
          return .failure(error)
        }
      }
    ) { [weak self] result in self?.didLoad(result as? Result<Loaded, StoreProblem>) }
  }

  private func didLoad(_ result: Result<Loaded, StoreProblem>?) {
    hasReleased = true
    switch result {
    case .success(let loaded):
      file = loaded.file
      home?.tell(.loaded(corpus: name, decisions: loaded.corpus.sequence))
      state = .awake(
        HostedCorpus(loaded.corpus, idBytesMaximum: home?.idBytesMaximum ?? 0))
    case .failure(let problem):
      home?.tell(.unreadable(problem.message))
      state = .failed(RPCError(problem))
    case nil: state = .failed(RPCError(.internalError, "a corpus was not loaded"))
    }
  }

  // MARK: Writing

  /// What an answer about the corpus as it is now has to wait for.
  var commit: Commit? {
    guard let corpus = hosted?.corpus else { return nil }
    if corpus.isJournalEmpty { return inFlight }
    if next == nil { next = Commit() }
    return next
  }

  /// Whether everything is written.
  var isIdle: Bool { inFlight == nil && (hosted?.corpus.isJournalEmpty ?? true) && !isBusy }

  /// Begins to write what has gathered, if nothing is being written and no change is half done.
  func flush() {
    guard inFlight == nil, gate.isFree, let home, let file, let corpus = hosted?.corpus,
      !corpus.isJournalEmpty
    else { return }
    let commit = next ?? Commit()
    (inFlight, next) = (commit, nil)
    let journal = corpus.takeJournal()
    home.give(
      .commit,
      Job { () -> StoreProblem? in
        do throws(StoreProblem) {
          try file.append(journal)
          return nil
        } catch {
          return error
        }
      }
    ) { [weak self] result in self?.didWrite(commit, result as? StoreProblem) }
  }

  private func didWrite(_ commit: Commit, _ problem: StoreProblem?) {
    inFlight = nil
    guard let problem else { return commit.settle(.durable) }
    home?.tell(.unwritable(problem.message))
    let error = RPCError(problem)
    commit.settle(.failed(error))
    // What came after it relied on it.
    next?.settle(.failed(error))
    next = nil
    if case .awake = state { state = .asleep }
    (isSuspect, probeFailure, hasReleased) = (true, nil, true)
  }

  enum Writability {
    case yes, unknown
    case no(RPCError)
  }

  /// Whether a change can be kept, as far as is known; `unknown` finds it out.
  func writability() -> Writability {
    guard isSuspect, let home, let file else { return .yes }
    if let failure = probeFailure {
      // Told once; the next one who asks finds out again.
      probeFailure = nil
      return .no(failure)
    }
    guard !isProbing else { return .unknown }
    isProbing = true
    home.give(
      .commit,
      Job { () -> StoreProblem? in
        do throws(StoreProblem) {
          try file.probe()
          return nil
        } catch {
          return error
        }
      }
    ) { [weak self] result in
      guard let self else { return }
      (isProbing, hasReleased) = (false, true)
      probeFailure = (result as? StoreProblem).map { RPCError($0) }
      isSuspect = probeFailure != nil
      if !isSuspect { home.tell(.writableAgain(corpus: name)) }
    }
    return .unknown
  }

  var isProbePending: Bool { isProbing }

  // MARK: Ending

  /// Takes its file away; `done` hears how that went.
  /// - Precondition: it is not busy.
  func drop(_ done: @escaping (RPCError?) -> Void) {
    // What was not written yet does not have to be any more.
    next?.settle(.durable)
    next = nil
    guard let home else {
      state = .failed(Self.dropped(name))
      return done(nil)
    }
    state = .leaving
    let (file, directory, name) = (file, home.directory, name)
    home.give(
      .commit,
      Job { () -> StoreProblem? in
        do throws(StoreProblem) {
          file?.close()
          try directory.drop(name)
          return nil
        } catch {
          return error
        }
      }
    ) { [self] result in
      hasReleased = true
      let error = (result as? StoreProblem).map { RPCError($0) }
      state = .failed(error ?? Self.dropped(name))
      done(error)
    }
  }

  private static func dropped(_ name: String) -> RPCError {
    RPCError(
      .unknownCorpus, "corpus \"\(name)\" was dropped", at: JSONPointer.root.appending("corpus"))
  }

  /// Lets go of the file, everything being written.
  func close() { file?.close() }

  func takeReleased() -> Bool {
    defer { hasReleased = false }
    return gate.takeReleased() || hasReleased
  }
}

extension RPCError {
  init(_ problem: StoreProblem) {
    let kind: Kind =
      switch problem.kind {
      case .full: .storageFull
      case .failed, .locked: .storageFailed
      case .damaged: .stateDamaged
      case .foreign: .stateIncompatible
      }
    let help =
      problem.kind == .damaged
      ? "; \"thresher check DIR\" verifies every row of a state" : ""
    self.init(kind, problem.message + help)
  }
}
