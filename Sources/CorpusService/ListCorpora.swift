internal import CorpusStore
internal import Curation
package import JSON
internal import JSONRPC
internal import Serving

extension CorpusService {
  /// `corpus/list`: the corpora by name. One that is still in its file is listed without what only its
  /// file knows.
  func listCorpora(_ request: Request) throws(RPCError) -> any Work {
    let params = try Params(request.params)
    try params.finish()
    return Answer.object { writer in
      writer.key("corpora")
      writer.array { writer in
        for residence in self.all where !residence.isDropped {
          writer.object { writer in
            writer.key("corpus")
            writer.string(residence.name)
            guard let corpus = residence.hosted?.corpus else {
              writer.key("loaded")
              writer.bool(false)
              return
            }
            writer.key("count")
            writer.integer(corpus.count)
            writer.key("sequence")
            writer.integer(corpus.sequence)
            writer.key("settings")
            corpus.settings.write(to: &writer)
          }
        }
      }
    }
  }

  /// `corpus/drop`: forgets a corpus and everything in it.
  func dropCorpus(_ request: Request) throws(RPCError) -> any Work {
    var params = try Params(request.params)
    guard let given = try params.string("corpus") else { throw params.missing("corpus") }
    try params.finish()
    let name = try Self.checked(given)
    guard let residence = existing(name) else {
      throw RPCError(
        .unknownCorpus, "no corpus \"\(name)\"", at: JSONPointer.root.appending("corpus"))
    }
    return DropWork(residence)
  }

  /// Corpora on their way from file to memory, and how far they are.
  package var loading: [(name: String, done: Int, total: Int)] {
    all.compactMap { residence in
      residence.progress.map { (residence.name, $0.now.done, $0.now.total) }
    }
  }

  /// The `corpora` member of `server/status`.
  package func writeStatus(to writer: inout JSONWriter) {
    writer.key("corpora")
    writer.array { writer in
      for residence in all where !residence.isDropped {
        writer.object { Self.writeStatus(of: residence, to: &$0) }
      }
    }
  }

  private static func writeStatus(of residence: Residence, to writer: inout JSONWriter) {
    writer.key("corpus")
    writer.string(residence.name)
    if let bytes = residence.byteCount {
      writer.key("bytesOnDisk")
      writer.integer(bytes)
    }
    switch residence.state {
    case .awake(let hosted):
      let corpus = hosted.corpus
      for (name, value) in [
        ("count", corpus.count), ("sequence", corpus.sequence),
        ("dropped", corpus.counts.dropped), ("replayed", corpus.counts.replayed),
        ("unusable", corpus.counts.failed), ("bytes", corpus.bytesHeld),
      ] as [(StaticString, Int)] {
        writer.key(name)
        writer.integer(value)
      }
    case .asleep:
      writer.key("loaded")
      writer.bool(false)
    case .loading(let progress):
      writer.key("loading")
      let (done, total) = progress.now
      writer.object { writer in
        writer.key("done")
        writer.integer(done)
        writer.key("total")
        writer.integer(total)
      }
    case .leaving:
      writer.key("loaded")
      writer.bool(false)
    case .failed(let error):
      writer.key("error")
      writer.string(error.message)
    }
  }
}

/// Takes a corpus away, with its file.
private struct DropWork: Work {
  private let residence: Residence
  private var outcome: Outcome?

  /// What became of it, once that is known.
  private final class Outcome {
    var result: Result<Void, RPCError>?
  }

  init(_ residence: Residence) { self.residence = residence }

  var hasCommitted: Bool { outcome != nil }

  var isWaiting: Bool {
    if let outcome { outcome.result == nil } else { residence.isBusy }
  }

  mutating func advance(
    budget: inout Int, _ answer: inout JSONWriter
  ) throws(RPCError) -> Bool {
    budget -= 1
    guard let outcome else {
      guard !residence.isBusy else { return false }
      let begun = Outcome()
      outcome = begun
      residence.drop { error in begun.result = error.map { .failure($0) } ?? .success(()) }
      return false
    }
    guard let result = outcome.result else { return false }
    try result.get()
    answer.object { writer in
      writer.key("dropped")
      writer.bool(true)
    }
    return true
  }
}
