internal import CorpusService
internal import Curation
internal import Indexing
internal import JSON
internal import Scoring
internal import Threads

/// One example on its way through the filter.
struct Row {
  let record: Record
  let id: ExampleID
  let value: JSONValue
}

/// Model tokens of one example before and after trimming.
struct TokenCounts {
  let before: Int
  let after: Int
  /// Whether no tokenizer was there to count them.
  let isEstimated: Bool
}

/// What became of it.
struct JudgedRow {
  /// The verdict as on the wire, without `trimmed`.
  let verdict: [UInt8]
  let keep: Bool
  let reasons: [String]
  let isReplayed: Bool
  /// Nil where nothing was counted.
  let tokens: TokenCounts?
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
  private let state: FilterState?
  private let hosted: HostedCorpus
  private let options: Corpus.Options
  private let workers: Int

  var batchCount: Int { workers == 1 ? 256 : 512 * workers }

  /// - Parameters:
  ///   - workers: threads that prepare rows; verdicts do not depend on it.
  ///   - state: where the corpus outlives the run.
  init(
    settings: Settings, detail: Detail, idBytesMaximum: Int, workers: Int,
    state: FilterState? = nil
  ) {
    self.workers = workers
    self.state = state
    hosted =
      state?.hosted
      ?? HostedCorpus(name: "filter", settings: settings, idBytesMaximum: idBytesMaximum)
    var options = Corpus.Options()
    options.detail = detail
    options.replaces = state?.replaces ?? false
    self.options = options
  }

  /// Adds an evaluation set; it is named after its file.
  /// - Returns: texts that are looked for, and those that are too short for it.
  func addReferences(_ path: String) throws -> (loaded: Int, skipped: Int) {
    let fields: [ReferenceField]
    do throws(FileProblem) {
      let kind = FileKind.references
      fields = try kind.load(DiskFiles().read(path, bytesMaximum: kind.bytesMaximum).bytes)
    } catch {
      throw Failure("--references \(path): \(error.message)")
    }
    let usable = fields.filter(\.isUsable)
    for field in usable { hosted.corpus.noteReference(field) }
    // Nothing is kept yet that it could find them in.
    var probe = ReferenceProbe()
    for field in usable { hosted.addReference(field, of: path, &probe) }
    try state?.save()
    return (usable.count, fields.count - usable.count)
  }

  func judge(_ rows: [Row]) throws -> [JudgedRow] {
    let prepared = ForkJoin.map(
      rows.map { ($0.value, $0.id) }, threads: workers, hosted.namedPreparer(options.detail))
    let judged = prepared.indices.map { place in
      hosted.prefetch(place + 1 < prepared.count ? prepared[place + 1] : nil)
      return judge(prepared[place])
    }
    // Nothing is written out before it is remembered: a run that is broken off can be done again.
    try state?.save()
    return judged
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
        tokens: prepared.quality.map {
          TokenCounts(
            before: $0.tokensBefore, after: $0.tokensAfter, isEstimated: $0.isEstimated)
        },
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
