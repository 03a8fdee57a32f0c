internal import Curation
internal import JSON
internal import JSONRPC
internal import Serving

extension CorpusService {
  /// `corpus/configure`: changes policy settings, for later decisions.
  func configureCorpus(_ request: Request) throws(RPCError) -> any Work {
    var params = try Params(request.params)
    let name = try params.string("corpus")
    guard let value = try params.object("settings") else { throw params.missing("settings") }
    let change = try settingsChange(value, from: request.peer)
    try params.finish()
    return try work(on: name, .changes) { hosted throws(RPCError) in
      let settings = change.applied(to: hosted.corpus.settings)
      let place = JSONPointer.root.appending("settings")
      guard settings.near == hosted.corpus.settings.near else {
        throw RPCError(
          .settingsDiffer, "near is the corpus's index and cannot change; open another corpus",
          at: place.appending("near"))
      }
      guard settings.persist == hosted.corpus.settings.persist else {
        throw RPCError(
          .settingsDiffer, "where a corpus is kept cannot change; open another corpus",
          at: place.appending("persist"))
      }
      return Answer.object { writer in
        hosted.configure(settings)
        writer.key("settings")
        settings.write(to: &writer)
      }
    }
  }
}
