package import Curation
package import JSON
package import JSONRPC
package import Serving

/// The corpora of a daemon and the methods on them. Each method has a file of its own.
package final class CorpusService {
  let limits: Limits
  /// Reads the files that settings name; nil where there is no disk to read from.
  private let files: SettingsFiles?
  private var corpora: [String: HostedCorpus] = [:]
  static let defaultName = "default"
  /// What a new corpus gets where the client names nothing else.
  let defaults: Settings
  /// The defaults without a corpus, for the methods that need no more.
  let unsettled: HostedCorpus

  package init(
    limits: Limits, defaults: Settings = Settings(), files: SettingsFiles? = nil
  ) {
    self.limits = limits
    self.files = files
    self.defaults = defaults
    unsettled = HostedCorpus(
      name: "", settings: defaults, idBytesMaximum: limits.exampleIDBytes)
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

  /// The `corpora` member of `server/status`.
  package func writeStatus(to writer: inout JSONWriter) {
    writer.key("corpora")
    writer.array { writer in
      for corpus in all {
        writer.object { writer in
          writer.key("corpus")
          writer.string(corpus.name)
          writer.key("count")
          writer.integer(corpus.count)
          writer.key("sequence")
          writer.integer(corpus.sequence)
          writer.key("dropped")
          writer.integer(corpus.counts.dropped)
        }
      }
    }
  }

  // MARK: Corpora

  /// By name, so that lists come out the same every time.
  var all: [Corpus] { corpora.values.map(\.corpus).sorted { $0.name < $1.name } }

  /// The corpus of that name; `"default"` opens by itself.
  func corpus(_ name: String?) throws(RPCError) -> HostedCorpus {
    let name = try Self.checked(name ?? Self.defaultName)
    if let corpus = corpora[name] { return corpus }
    guard name == Self.defaultName else {
      throw RPCError(
        .unknownCorpus, "no corpus \"\(name)\"; corpus/open makes one",
        at: JSONPointer.root.appending("corpus"))
    }
    return try create(name, defaults)
  }

  func existing(_ name: String) -> HostedCorpus? { corpora[name] }

  func create(_ name: String, _ settings: Settings) throws(RPCError) -> HostedCorpus {
    guard corpora.count < limits.corpora else {
      throw RPCError(
        .limitExceeded, "\(limits.corpora) corpora are open already", limit: "corpora")
    }
    let corpus = HostedCorpus(
      name: name, settings: settings, idBytesMaximum: limits.exampleIDBytes)
    corpora[name] = corpus
    return corpus
  }

  func drop(_ name: String) -> Bool { corpora.removeValue(forKey: name) != nil }

  /// 1 to 64 of `A-Z a-z 0-9 . _ -`, not beginning with a dot: safe as the name of a file.
  static func checked(_ name: String) throws(RPCError) -> String {
    let isValid =
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
    guard isValid else {
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
