package import Curation
package import JSON

/// A corpus with what turns JSON into verdicts about it: decoder, curator, writer.
///
/// The wire's requests and `thresher filter` both judge through it.
package final class HostedCorpus {
  package let corpus: Corpus
  private var curator: Curator
  private var decoder: ExampleDecoder
  private let idBytesMaximum: Int

  package init(name: String, settings: Settings, idBytesMaximum: Int) {
    corpus = Corpus(name: name, settings: settings)
    curator = Curator(settings: settings)
    decoder = ExampleDecoder(fields: settings.fields, idBytesMaximum: idBytesMaximum)
    self.idBytesMaximum = idBytesMaximum
  }

  package func configure(_ settings: Settings) {
    corpus.configure(settings)
    curator = Curator(settings: settings)
    decoder = ExampleDecoder(fields: settings.fields, idBytesMaximum: idBytesMaximum)
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

  /// Judges one example and writes its verdict.
  /// - Parameter givenID: the name to use instead of the example's own.
  @discardableResult
  package func verdict(
    on value: JSONValue, givenID: ExampleID? = nil, _ mode: Mode, _ options: Corpus.Options,
    to writer: inout JSONWriter
  ) -> Result {
    var id = givenID
    do throws(InputError) {
      if id == nil { id = try decoder.id(of: value) }
      let prepared = try prepare(value, givenID: id, options.detail)
      let outcome =
        switch mode {
        case .admit: try corpus.admit(prepared, options)
        case .judge(let position): try corpus.judge(prepared, options, position: position)
        }
      VerdictWriter.write(outcome, prepared, options.detail, to: &writer)
      return .judged(outcome, prepared)
    } catch {
      if case .admit = mode { corpus.noteFailure() }  // Judging changes nothing.
      VerdictWriter.write(error, id: id, to: &writer)
      return .failed(error)
    }
  }

  /// Decodes and prepares an example without judging it.
  package func prepare(
    _ value: JSONValue, givenID: ExampleID? = nil, _ detail: Detail
  ) throws(InputError) -> Prepared {
    curator.prepare(try decoder.decode(value, givenID: givenID), detail)
  }
}
