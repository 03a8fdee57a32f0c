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
    if let hosted = existing(name) {
      if let difference = change.firstDifference(from: hosted.corpus.settings) {
        throw RPCError(
          .settingsDiffer, "corpus \"\(name)\" has another value for this setting",
          at: JSONPointer.root.appending("settings").appending(difference))
      }
      return opened(hosted.corpus, created: false)
    }
    let hosted = try create(name, change.applied(to: defaults))
    return opened(hosted.corpus, created: true)
  }

  private func opened(_ corpus: Corpus, created: Bool) -> any Work {
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
