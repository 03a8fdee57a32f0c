package import CorpusStore
package import Curation
internal import JSON
package import JSONRPC
package import Serving

/// The corpora of a daemon and the methods on them. Each method has a file of its own.
package final class CorpusService {
  let limits: Limits
  /// Reads the files that settings name; nil where there is no disk to read from.
  private let files: SettingsFiles?
  private var corpora: [String: Residence] = [:]
  static let defaultName = "default"
  /// What a new corpus gets where the client names nothing else.
  let defaults: Settings
  /// The defaults without a corpus, for the methods that need no more. Made when one is called: the
  /// stock phrases take a third of the time of a start.
  private(set) lazy var unsettled = HostedCorpus(
    name: "", settings: defaults, idBytesMaximum: limits.exampleIDBytes)
  /// Where corpora are kept; nil without `--state`.
  private var home: Residence.Home?
  /// Work for other threads that is to be given away, and who waits for its result.
  private var storeJobs: [(number: Int, lane: StoreLane, job: Job)] = []
  private var completions: [Int: (any Sendable) -> Void] = [:]
  private var lastJob = 0
  /// Hears of the state, for the log.
  package var hearNews: (StateNews) -> Void = { _ in }

  /// A place where corpora outlive the process.
  package struct State {
    let directory: StateDirectory
    let durability: Durability
    let threads: Int
    let version: String
    /// The corpora that are there.
    let names: [String]

    /// - Parameters:
    ///   - threads: that load a corpus.
    ///   - version: of the program, for people.
    package init(
      _ directory: StateDirectory, _ durability: Durability, threads: Int, version: String
    ) throws(StoreProblem) {
      (self.directory, self.durability) = (directory, durability)
      (self.threads, self.version) = (threads, version)
      names = try directory.names()
    }
  }

  /// - Parameters:
  ///   - files: reads the files that settings name.
  ///   - state: where corpora are kept, and which are there.
  package init(
    limits: Limits, defaults: Settings = Settings(), files: (any FileReading)? = nil,
    state: State? = nil
  ) {
    self.limits = limits
    self.files = files.map(SettingsFiles.init)
    var defaults = defaults
    defaults.persist = state != nil
    self.defaults = defaults
    guard let state, let files else { return }
    let home = Residence.Home(
      directory: state.directory, durability: state.durability, files: files,
      threads: state.threads, version: state.version, idBytesMaximum: limits.exampleIDBytes
    ) { [unowned self] lane, job, completion in
      give(lane, job, completion)
    } tell: { [unowned self] news in
      hearNews(news)
    }
    self.home = home
    for name in state.names { corpora[name] = Residence(name, home) }
  }

  /// The methods that this service serves.
  package var routes: [Route] {
    [
      Route("corpus/open", openCorpus),
      Route("corpus/configure", configureCorpus),
      Route("corpus/list", listCorpora),
      Route("corpus/stats", corpusStats),
      Route("corpus/drop", dropCorpus),
      Route("examples/admit", hasJobs: true, admitExamples),
      Route("examples/judge", hasJobs: true, judgeExamples),
      Route("examples/retract", retractExamples),
      Route("examples/similar", similarExamples),
      Route("references/load", hasJobs: true, loadReferences),
      Route("text/trim", trimText),
      Route("text/score", scoreText),
      Route("text/tokens", countTokens),
    ]
  }

  // MARK: Corpora

  /// By name, so that lists come out the same every time.
  var all: [Residence] { corpora.values.sorted { $0.name < $1.name } }

  /// Work on the corpus of that name; `"default"` opens by itself.
  func work(
    on name: String?, _ access: CorpusWork.Access,
    _ make: @escaping (HostedCorpus) throws(RPCError) -> any Work
  ) throws(RPCError) -> any Work {
    let name = try Self.checked(name ?? Self.defaultName)
    if let residence = existing(name) { return try work(on: residence, access, make) }
    guard name == Self.defaultName else { throw Self.unknown(name) }
    return try work(on: create(name, defaults), access, make)
  }

  func work(
    on residence: Residence, _ access: CorpusWork.Access,
    _ make: @escaping (HostedCorpus) throws(RPCError) -> any Work
  ) throws(RPCError) -> any Work {
    if !residence.isDurable, let hosted = residence.hosted { return try make(hosted) }
    return try CorpusWork(residence, access, make)
  }

  static func unknown(_ name: String) -> RPCError {
    RPCError(
      .unknownCorpus, "no corpus \"\(name)\"; corpus/open makes one",
      at: JSONPointer.root.appending("corpus"))
  }

  /// The corpus of that name, if it is there and loaded; for reading.
  package func hostedCorpus(_ name: String) -> Corpus? { existing(name)?.hosted?.corpus }

  /// The corpus of that name, if there is one.
  func existing(_ name: String) -> Residence? {
    guard let residence = corpora[name], residence.isLost else { return corpora[name] }
    // It could not be loaded; perhaps it can be now. Or it could not be made, or was dropped.
    corpora[name] = nil
    if let home, home.directory.exists(name) { corpora[name] = Residence(name, home) }
    return corpora[name]
  }

  func create(_ name: String, _ settings: Settings) throws(RPCError) -> Residence {
    corpora = corpora.filter { !$0.value.isDropped }
    guard corpora.count < limits.corpora else {
      throw RPCError(
        .limitExceeded, "\(limits.corpora) corpora are open already", limit: "corpora")
    }
    let residence: Residence
    if !settings.persist {
      residence = Residence(
        HostedCorpus(name: name, settings: settings, idBytesMaximum: limits.exampleIDBytes))
    } else if let home {
      residence = Residence(name, creating: settings, home)
    } else {
      throw RPCError(
        .notAvailable, "corpora outlive the server only where it was started with --state",
        at: JSONPointer.root.appending("settings").appending("persist"))
    }
    corpora[name] = residence
    return residence
  }

  // MARK: Work for other threads

  private func give(
    _ lane: StoreLane, _ job: Job, _ completion: @escaping (any Sendable) -> Void
  ) {
    lastJob += 1
    storeJobs.append((lastJob, lane, job))
    completions[lastJob] = completion
  }

  func takeGivenJobs() -> [(number: Int, lane: StoreLane, job: Job)] {
    defer { storeJobs.removeAll() }
    return storeJobs
  }

  func complete(_ number: Int, _ result: any Sendable) {
    completions.removeValue(forKey: number)?(result)
  }

  var hasNoJobs: Bool { completions.isEmpty }

  // MARK: Parts of requests

  /// 1 to 64 of `A-Z a-z 0-9 . _ -`, not beginning with a dot: safe as the name of a file.
  package static func isValid(name: String) -> Bool {
    (1...64).contains(name.utf8.count) && name.utf8.first != UInt8(ascii: ".")
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
          UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }

  static func checked(_ name: String) throws(RPCError) -> String {
    guard isValid(name: name) else {
      throw RPCError(
        .invalidParams,
        "a corpus name is 1 to 64 of A-Z a-z 0-9 . _ - and does not start with a dot",
        at: JSONPointer.root.appending("corpus"))
    }
    return name
  }

  /// The elements of a list in `params`, as many as a request may have.
  /// - Parameter what: what messages call them.
  func elements(
    of list: JSONValue, at name: String, called what: String = "examples"
  ) throws(RPCError) -> [JSONValue] {
    let most = limits.examplesPerRequest
    let elements = Array(list.elements.prefix(most + 1))
    guard elements.count <= most else {
      throw RPCError(
        .limitExceeded, "a request may have \(most) \(what)",
        at: JSONPointer.root.appending(name), limit: "examplesPerRequest")
    }
    return elements
  }

  /// - Parameter peer: who names them, which says whether files are read for it.
  func settingsChange(
    _ value: JSONValue?, from peer: Peer
  ) throws(RPCError) -> SettingsChange {
    guard let value else { return SettingsChange() }
    do throws(InputError) {
      return try SettingsChange(
        value, at: JSONPointer.root.appending("settings"), files: fileAccess(of: peer))
    } catch {
      throw RPCError(error)
    }
  }

  /// Whoever comes over TCP may be on another machine, or another user of this one.
  func fileAccess(of peer: Peer) -> FileAccess {
    guard let files else { return .refused("files are not read here") }
    return switch peer {
    case .stdio, .unix: .absolute(files)
    case .tcp:
      .refused("files are read only for peers on the Unix socket or standard input and output")
    }
  }
}
