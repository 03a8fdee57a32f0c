internal import CorpusService
internal import Curation
internal import EditorService
internal import Indexing

extension CorpusService {
  /// A corpus for an editor to look records up in.
  func lookup(_ name: String) -> (any CorpusLookup)? {
    guard let corpus = hostedCorpus(name) else { return nil }
    return HostedLookup(corpus)
  }
}

private final class HostedLookup: CorpusLookup {
  private let corpus: Corpus

  init(_ corpus: Corpus) { self.corpus = corpus }

  var settings: Settings { corpus.settings }
  var hasReferences: Bool { corpus.hasReferences }

  func closest(to prepared: Prepared) -> (id: ExampleID, similarity: Int)? {
    corpus.similar(to: prepared, limit: 1).first.map {
      ($0.id, $0.match.similarityTenThousandths)
    }
  }

  func contamination(of prepared: Prepared) -> Contamination? {
    corpus.contamination(of: prepared)
  }
}
