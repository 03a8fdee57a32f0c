internal import Curation
internal import JSON
internal import JSONRPC
internal import Serving

extension CorpusService {
  /// `corpus/list`
  func listCorpora(_ request: Request) throws(RPCError) -> any Work {
    let params = try Params(request.params)
    try params.finish()
    return Answer.object { writer in
      writer.key("corpora")
      writer.array { writer in
        for corpus in self.all {
          writer.object { writer in
            writer.key("corpus")
            writer.string(corpus.name)
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
    guard drop(name) else {
      throw RPCError(
        .unknownCorpus, "no corpus \"\(name)\"", at: JSONPointer.root.appending("corpus"))
    }
    return Answer.object { writer in
      writer.key("dropped")
      writer.bool(true)
    }
  }
}
