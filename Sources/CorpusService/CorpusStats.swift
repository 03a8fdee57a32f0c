internal import Curation
internal import Indexing
internal import JSON
internal import JSONRPC
internal import Serving

extension CorpusService {
  /// `corpus/stats`: what a corpus has done and holds.
  func corpusStats(_ request: Request) throws(RPCError) -> any Work {
    var params = try Params(request.params)
    let name = try params.string("corpus")
    try params.finish()
    return try work(on: name, .reads) { hosted in
      let corpus = hosted.corpus
      return Answer.object { writer in
        writer.key("corpus")
        writer.string(corpus.name)
        writer.key("count")
        writer.integer(corpus.count)
        writer.key("sequence")
        writer.integer(corpus.sequence)
        Self.write(corpus.counts, to: &writer)
        Self.write(corpus.statistics, to: &writer)
      }
    }
  }

  private static func write(_ counts: Corpus.Counts, to writer: inout JSONWriter) {
    writer.key("decisions")
    writer.object { writer in
      for (name, value) in [
        ("kept", counts.kept), ("dropped", counts.dropped), ("replayed", counts.replayed),
        ("retracted", counts.retracted), ("unusable", counts.failed),
      ] as [(StaticString, Int)] {
        writer.key(name)
        writer.integer(value)
      }
    }
    writer.key("reasons")
    writer.object { writer in
      for (bit, named) in Reasons.names.enumerated() where counts.reasons[bit] > 0 {
        writer.key(escaping: named.name)
        writer.integer(counts.reasons[bit])
      }
    }
  }

  private static func write(_ index: NearIndexStatistics, to writer: inout JSONWriter) {
    writer.key("index")
    writer.object { writer in
      for (name, value) in [
        ("bytes", index.bytesHeld), ("buckets", index.buckets),
        ("largestBucket", index.largestBucket), ("candidatesSeen", index.candidatesSeen),
        ("candidatesCompared", index.candidatesMerged),
      ] as [(StaticString, Int)] {
        writer.key(name)
        writer.integer(value)
      }
    }
  }
}
