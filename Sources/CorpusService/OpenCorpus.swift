internal import Curation
internal import JSON
internal import JSONRPC
internal import Serving

extension CorpusService {
  /// `corpus/open`: makes a corpus, or finds it and checks the settings that were named.
  func openCorpus(_ request: Request) throws(RPCError) -> any Work {
    var params = try Params(request.params)
    guard let given = try params.string("corpus") else { throw params.missing("corpus") }
    let name = try Self.checked(given)
    let change = try settingsChange(try params.object("settings"), from: request.peer)
    try params.finish()
    guard let residence = existing(name) else {
      let residence = try create(name, change.applied(to: defaults))
      return try work(on: residence, .reads) { Self.opened($0.corpus, created: true) }
    }
    return try work(on: residence, .reads) { hosted throws(RPCError) in
      if let difference = change.firstDifference(from: hosted.corpus.settings) {
        throw RPCError(
          .settingsDiffer, "corpus \"\(name)\" has another value for this setting",
          at: JSONPointer.root.appending("settings").appending(difference))
      }
      return Self.opened(hosted.corpus, created: false)
    }
  }

  private static func opened(_ corpus: Corpus, created: Bool) -> any Work {
    Answer.object { writer in
      writer.key("corpus")
      writer.string(corpus.name)
      writer.key("created")
      writer.bool(created)
      writer.key("settings")
      corpus.settings.write(to: &writer)
      writer.key("count")
      writer.integer(corpus.count)
      writer.key("sequence")
      writer.integer(corpus.sequence)
    }
  }
}
