package import Curation
package import Indexing
package import JSON

/// A corpus with what turns JSON into verdicts about it: decoder, curator, writer.
///
/// The wire's requests and `thresher filter` both judge through it.
package final class HostedCorpus {
  package let corpus: Corpus
  private var curator: Curator
  private var decoder: ExampleDecoder
  private let idBytesMaximum: Int

  package init(_ corpus: Corpus, idBytesMaximum: Int) {
    self.corpus = corpus
    curator = Curator(settings: corpus.settings, looksForReferences: corpus.hasReferences)
    decoder = ExampleDecoder(fields: corpus.settings.fields, idBytesMaximum: idBytesMaximum)
    self.idBytesMaximum = idBytesMaximum
  }

  /// A new corpus.
  package convenience init(name: String, settings: Settings, idBytesMaximum: Int) {
    self.init(Corpus(name: name, settings: settings), idBytesMaximum: idBytesMaximum)
  }

  package func configure(_ settings: Settings) {
    corpus.configure(settings)
    makeCurator()
    decoder = ExampleDecoder(fields: settings.fields, idBytesMaximum: idBytesMaximum)
  }

  /// Adds a reference field; see `Corpus.addReference`.
  package func addReference(
    _ field: ReferenceField, of set: String, _ probe: inout ReferenceProbe
  ) {
    let isFirst = !corpus.hasReferences
    corpus.addReference(field, of: set, &probe)
    if isFirst { makeCurator() }
  }

  private func makeCurator() {
    curator = Curator(settings: corpus.settings, looksForReferences: corpus.hasReferences)
  }

  package enum Mode: Sendable {
    /// Judge, and remember what is kept.
    case admit
    /// Judge and change nothing; the position in the request names an example without id.
    case judge(position: Int)
  }

  /// What became of one example, besides the bytes of its verdict.
  package enum Result {
    case judged(Corpus.Outcome, Prepared)
    case failed(InputError)
  }

  /// An example made ready, or why it cannot be.
  package enum Preparation: Sendable {
    case ready(Prepared)
    case failed(InputError, id: ExampleID?)
  }

  /// Makes an example ready.
  package func preparation(of value: JSONValue, _ detail: Detail) -> Preparation {
    Self.prepare(value, nil, detail, decoder, &curator)
  }

  /// Asks the memory for what the verdict on an example will look at. To be called while there is another
  /// one to judge before it.
  package func prefetch(_ preparation: Preparation?) {
    if case .ready(let prepared) = preparation { corpus.prefetch(prepared) }
  }

  /// Judges an example that was made ready, and writes its verdict.
  @discardableResult
  package func verdict(
    on preparation: Preparation, _ mode: Mode, _ options: Corpus.Options,
    to writer: inout JSONWriter
  ) -> Result {
    var name: ExampleID?
    do throws(InputError) {
      var prepared: Prepared
      switch preparation {
      case .ready(let ready): prepared = ready
      case .failed(let error, let id):
        name = id
        throw error
      }
      if corpus.hasReferences, prepared.ordered == nil {
        // They came after it was made ready.
        prepared = prepared.with(ordered: curator.orderedShingles(of: prepared.example))
      }
      name = prepared.example.id
      let outcome =
        switch mode {
        case .admit: try corpus.admit(prepared, options)
        case .judge(let position): try corpus.judge(prepared, options, position: position)
        }
      VerdictWriter.write(outcome, prepared, options.detail, to: &writer)
      return .judged(outcome, prepared)
    } catch {
      if case .admit = mode { corpus.noteFailure() }  // Judging changes nothing.
      VerdictWriter.write(error, id: name, to: &writer)
      return .failed(error)
    }
  }

  /// Decodes and prepares an example without judging it.
  package func prepare(_ value: JSONValue, _ detail: Detail) throws(InputError) -> Prepared {
    switch Self.prepare(value, nil, detail, decoder, &curator) {
    case .ready(let prepared): return prepared
    case .failed(let error, _): throw error
    }
  }

  /// A function that prepares examples on any thread, by the settings of now.
  package func preparer(
    _ detail: Detail
  ) -> @Sendable (ArraySlice<JSONValue>) -> [Preparation] {
    let (settings, decoder, hasReferences) = (corpus.settings, decoder, corpus.hasReferences)
    return { values in
      guard let first = values.first else { return [] }
      var curator = Curator(settings: settings, looksForReferences: hasReferences)
      let own = first.detached
      return values.map { Self.prepare($0.attached(to: own), nil, detail, decoder, &curator) }
    }
  }

  /// The same for examples of documents of their own, with the names to use.
  package func namedPreparer(
    _ detail: Detail
  ) -> @Sendable (ArraySlice<(value: JSONValue, id: ExampleID)>) -> [Preparation] {
    let (settings, decoder, hasReferences) = (corpus.settings, decoder, corpus.hasReferences)
    return { examples in
      var curator = Curator(settings: settings, looksForReferences: hasReferences)
      return examples.map { Self.prepare($0.value, $0.id, detail, decoder, &curator) }
    }
  }

  private static func prepare(
    _ value: JSONValue, _ givenID: ExampleID?, _ detail: Detail, _ decoder: ExampleDecoder,
    _ curator: inout Curator
  ) -> Preparation {
    var id = givenID
    do throws(InputError) {
      if id == nil { id = try decoder.id(of: value) }
      return .ready(curator.prepare(try decoder.decode(value, givenID: id), detail))
    } catch {
      return .failed(error, id: id)
    }
  }
}
