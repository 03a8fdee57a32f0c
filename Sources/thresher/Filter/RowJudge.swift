internal import CorpusService
internal import Curation
internal import JSON
internal import Scoring

/// One example on its way through the filter.
struct Row {
  let record: Record
  let id: ExampleID
  let value: JSONValue
}

/// What became of it.
struct JudgedRow {
  /// The verdict as on the wire, without `trimmed`.
  let verdict: [UInt8]
  let keep: Bool
  let reasons: [String]
  let isReplayed: Bool
  /// Estimated model tokens; nil where nothing was counted.
  let tokens: (before: Int, after: Int)?
  /// Hundredths; nil where there is none, or where nobody asked.
  var score: Int?
  /// The example with its edits cut; nil where nothing was cut.
  let trimmed: [UInt8]?
  /// Why it could not be judged.
  let problem: String?
}

/// Who judges: a corpus of our own, or a daemon's.
protocol RowJudge: AnyObject {
  /// Rows that are best judged at a time.
  var batchCount: Int { get }
  /// Judges rows in their order; one result a row.
  func judge(_ rows: [Row]) throws -> [JudgedRow]
}

/// A corpus in this process, which ends with the run.
final class LocalJudge: RowJudge {
  private let hosted: HostedCorpus
  private let options: Corpus.Options
  private let workers: Int

  var batchCount: Int { workers == 1 ? 256 : 512 * workers }

  /// - Parameter workers: threads that prepare rows; verdicts do not depend on it.
  init(settings: Settings, detail: Detail, idBytesMaximum: Int, workers: Int) {
    self.workers = workers
    hosted = HostedCorpus(name: "filter", settings: settings, idBytesMaximum: idBytesMaximum)
    var options = Corpus.Options()
    options.detail = detail
    self.options = options
  }

  func judge(_ rows: [Row]) throws -> [JudgedRow] {
    let prepared = ForkJoin.map(
      rows.map { ($0.value, $0.id) }, threads: workers, hosted.namedPreparer(options.detail))
    return prepared.map(judge)
  }

  private func judge(_ preparation: HostedCorpus.Preparation) -> JudgedRow {
    var writer = JSONWriter()
    let result = hosted.verdict(on: preparation, .admit, options, to: &writer)
    switch result {
    case .judged(let outcome, let prepared):
      let edits = prepared.quality?.edits ?? []
      return JudgedRow(
        verdict: writer.take(), keep: outcome.decision.keep,
        reasons: outcome.decision.reasons.names,
        isReplayed: outcome.isReplayed,
        tokens: prepared.quality.map { ($0.tokensBefore, $0.tokensAfter) },
        score: prepared.quality?.score.hundredths,
        trimmed: edits.isEmpty ? nil : prepared.example.trimmed(edits), problem: nil)
    case .failed(let error):
      return JudgedRow(
        verdict: writer.take(), keep: false, reasons: Reasons.unusable.names, isReplayed: false,
        tokens: nil, trimmed: nil, problem: Self.describe(error))
    }
  }

  static func describe(_ error: InputError) -> String {
    error.pointer == .root ? error.message : "\(error.message), at \(error.pointer)"
  }
}
