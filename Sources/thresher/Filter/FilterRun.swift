internal import Curation
internal import JSON
internal import JSONRPC

/// One run of the filter: records in, kept rows out, memory bounded by what is kept.
final class FilterRun {
  struct Options {
    var idKey: String?
    var withTrimmed = false
    var warnDropped = 0.5
    /// What the rows of a source are named after, beside their lines.
    var sourceName: (String) -> String = { $0 }
  }

  /// Unusable lines that are named on stderr; the verdicts name all of them.
  private static let namedMaximum = 100

  private let inputs: [String]
  private let judge: any RowJudge
  private let kept: OutputFile
  private let rejected: OutputFile?
  private let verdicts: OutputFile?
  private let options: Options
  private let parser = JSONParser()
  private let recordBytesMaximum = Limits().messageBytes
  private let idBytesMaximum = Limits().exampleIDBytes
  private var summary = FilterSummary()
  private var batch: [Row] = []
  private var batchFile = ""
  private var seen: Set<ExampleID> = []
  private var progress: ProgressBar
  private let startedAt = monotonicSeconds()

  init(
    inputs: [String], judge: any RowJudge, kept: OutputFile, rejected: OutputFile?,
    verdicts: OutputFile?, options: Options
  ) {
    self.inputs = inputs
    self.judge = judge
    self.kept = kept
    self.rejected = rejected
    self.verdicts = verdicts
    self.options = options
    progress = ProgressBar(totalBytes: nil, startedAt: startedAt)
  }

  /// Reads all inputs, writes all outputs, and puts them into their places.
  func run() throws -> FilterSummary {
    // All are opened before anything is written: a misspelt name is told at once.
    let sources = try inputs.map(ByteSource.init)
    let sizes = sources.map(\.size)
    let total = sizes.contains(nil) ? nil : sizes.reduce(0) { $0 + ($1 ?? 0) }
    progress = ProgressBar(totalBytes: total, startedAt: startedAt)
    defer { progress.clear() }
    var names: [String: Int] = [:]
    var finishedBytes = 0
    for source in sources {
      names[source.name, default: 0] += 1
      let again = names[source.name] ?? 1
      // A file given twice is a second copy of its rows, not a replay of them.
      batchFile = again == 1 ? source.name : "\(source.name) (\(again))"
      var reader = RecordReader(source: source, recordBytesMaximum: recordBytesMaximum)
      while let record = try reader.next() {
        try take(record)
        progress.show(summary, bytes: finishedBytes + source.position)
      }
      try flushBatch()
      finishedBytes += source.position
    }
    for file in [kept, rejected, verdicts] { try file?.commit() }
    summary.seconds = monotonicSeconds() - startedAt
    return summary
  }

  /// Whether more was dropped than the user takes for sane.
  func isSuspicious(_ summary: FilterSummary) -> Bool {
    summary.read > 0 && Double(summary.dropped) > options.warnDropped * Double(summary.read)
  }

  // MARK: Records

  private func take(_ record: Record) throws {
    try Interruption.check()
    let place = ExampleID(string: "\(options.sourceName(batchFile)):\(record.line)")
    if let problem = record.problem { return try refuse(record, place, problem) }
    let value: JSONValue
    do throws(JSONError) {
      value = try parser.parse(record.bytes).root
    } catch {
      return try refuse(record, place, "not JSON: \(error.message)")
    }
    var id = place
    if let key = options.idKey {
      do throws(InputError) {
        id = try self.id(of: value, key)
      } catch {
        return try refuse(record, place, LocalJudge.describe(error))
      }
    }
    batch.append(Row(record: record, id: id, value: value))
    if batch.count >= judge.batchCount { try flushBatch() }
  }

  private func id(of value: JSONValue, _ key: String) throws(InputError) -> ExampleID {
    let pointer =
      (key.hasPrefix("/") ? JSONPointer(key) : nil) ?? JSONPointer.root.appending(key)
    guard let found = value.value(at: pointer), !found.isNull else {
      throw InputError(.invalidExample, "no id", at: pointer)
    }
    return try ExampleID(found, at: pointer, bytesMaximum: idBytesMaximum)
  }

  /// A record that never gets to a judge. It keeps its place among the verdicts.
  private func refuse(_ record: Record, _ id: ExampleID, _ problem: String) throws {
    try flushBatch()
    var writer = JSONWriter()
    VerdictLine.unusable(InputError(.invalidExample, problem), id, &writer)
    try settle(
      JudgedRow(
        verdict: writer.take(), keep: false, reasons: Reasons.unusable.names, isReplayed: false,
        tokens: nil, trimmed: nil, problem: problem), record, id)
  }

  private func flushBatch() throws {
    guard !batch.isEmpty else { return }
    let rows = batch
    batch.removeAll(keepingCapacity: true)
    for (row, judged) in zip(rows, try judge.judge(rows)) { try settle(judged, row.record, row.id) }
  }

  private func settle(_ judged: JudgedRow, _ record: Record, _ id: ExampleID) throws {
    summary.read += 1
    summary.count(judged)
    if let problem = judged.problem { report(problem, record.line) }
    if let verdicts {
      try verdicts.write(
        VerdictLine.line(
          judged, file: batchFile, line: record.line, withTrimmed: options.withTrimmed))
    }
    guard judged.keep else {
      try rejected?.write(record.bytes + [0x0A])
      return
    }
    // An id that came before in this run replays its verdict; its row is there already.
    if options.idKey != nil, !seen.insert(id).inserted {
      summary.repeated += 1
      return
    }
    summary.kept += 1
    try kept.write(OneLine.of(judged.trimmed ?? record.bytes) + [0x0A])
  }

  private func report(_ problem: String, _ line: Int) {
    guard summary.unusable <= Self.namedMaximum else {
      if summary.unusable == Self.namedMaximum + 1 {
        Terminal.error("thresher: more unusable lines follow; --verdicts FILE names all of them")
      }
      return
    }
    progress.clear()
    Terminal.error("\(batchFile):\(line): \(problem)")
  }
}
