internal import Curation
internal import Indexing
internal import JSON
internal import JSONRPC
internal import Serving

extension CorpusService {
  /// `examples/similar`: the kept examples at or above the threshold, best first.
  func similarExamples(_ request: Request) throws(RPCError) -> any Work {
    var params = try Params(request.params)
    let name = try params.string("corpus")
    let subject = try TextSubject(&params)
    let limit =
      try params.integer("limit", in: 1...limits.similarMatches, limit: "similarMatches") ?? 10
    try params.finish()
    return try work(on: name, .reads) { hosted throws(RPCError) in
      let prepared = try subject.prepare(hosted, .decision)
      return Answer.object { writer in
        writer.key("matches")
        writer.array { writer in
          for similar in hosted.corpus.similar(to: prepared, limit: limit) {
            Self.write(similar, to: &writer)
          }
        }
      }
    }
  }

  private static func write(_ similar: Corpus.Similar, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.key("id")
      similar.id.write(to: &writer)
      writer.key("similarity")
      writer.decimal(similar.match.similarityTenThousandths, decimals: 4)
      if similar.match.estimated {
        writer.key("estimated")
        writer.bool(true)
      }
    }
  }
}
