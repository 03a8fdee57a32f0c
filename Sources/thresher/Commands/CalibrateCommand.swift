internal import ArgumentParser
internal import Curation
internal import JSON
internal import JSONRPC

struct CalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Find the minimum score that keeps a share of what is left.",
    discussion: """
      Judges the files as thresher filter would, without a minimum score, and prints the minimum that \
      keeps the share nearest to --keep of what neither is a duplicate nor empty after trimming. \
      Examples without a score are kept by any minimum.

      thresher filter data.jsonl --minimum-score $(thresher calibrate data.jsonl --keep 0.3)
      """)

  @Argument(help: .init("Files to read; none or - is standard input.", valueName: "file"))
  var files: [String] = []

  @Option(help: .init("The share to keep, 0 to 1.", valueName: "share"))
  var keep: Double

  @OptionGroup var threads: WorkerOptions

  @Flag(name: .shortAndLong, help: "The minimum alone, no report on standard error.")
  var quiet = false

  @OptionGroup(title: "Settings") var settings: SettingsOptions

  func run() throws {
    Interruption.watch()
    guard (0...1).contains(keep) else { throw Failure("--keep is a share from 0 to 1") }
    var wanted = try settings.settings()
    wanted.minimumScore = nil
    let judge = LocalJudge(
      settings: wanted, detail: .edits, idBytesMaximum: Limits().exampleIDBytes,
      workers: try threads.count())
    var scores = ScoreCounts()
    for path in files.isEmpty ? ["-"] : files { try read(path, judge, &scores) }
    guard scores.left > 0 else { throw Failure("no example is left after duplicates and trimming") }
    let minimum = scores.minimum(keeping: keep)
    Terminal.output(Self.decimal(minimum))
    guard !quiet else { return }
    let kept = scores.kept(minimum)
    Terminal.error(
      "\(Figures.grouped(scores.read)) read, \(Figures.grouped(scores.left)) left after duplicates "
        + "and trimming; \(Figures.grouped(kept)) (\(Figures.share(kept, of: scores.left))) are kept"
    )
  }

  private func read(_ path: String, _ judge: LocalJudge, _ scores: inout ScoreCounts) throws {
    let source = try ByteSource(path: path)
    var reader = RecordReader(source: source, recordBytesMaximum: Limits().messageBytes)
    let parser = JSONParser()
    var rows: [Row] = []
    func flush() throws {
      for judged in try judge.judge(rows) { scores.count(judged) }
      rows.removeAll(keepingCapacity: true)
    }
    while let record = try reader.next() {
      try Interruption.check()
      do {
        if let problem = record.problem { throw Failure(problem) }
        let value = try parser.parse(record.bytes).root
        rows.append(
          Row(record: record, id: ExampleID(string: "\(path):\(record.line)"), value: value))
      } catch let error as JSONError {
        Terminal.error("\(path):\(record.line): not JSON: \(error.message)")
      } catch let failure as Failure {
        Terminal.error("\(path):\(record.line): \(failure.message)")
      }
      if rows.count >= judge.batchCount { try flush() }
    }
    try flush()
  }

  private static func decimal(_ hundredths: Int) -> String {
    let cents = hundredths % 100
    return "\(hundredths / 100).\(cents < 10 ? "0" : "")\(cents)"
  }
}

/// How many examples have each score.
struct ScoreCounts {
  private(set) var read = 0
  private var unscored = 0
  private var counts = [Int](repeating: 0, count: 1001)

  var left: Int { unscored + counts.reduce(0, +) }

  mutating func count(_ judged: JudgedRow) {
    read += 1
    guard judged.keep else { return }
    if let score = judged.score { counts[score] += 1 } else { unscored += 1 }
  }

  func kept(_ minimum: Int) -> Int { unscored + counts[minimum...].reduce(0, +) }

  /// The minimum from 100 to 1,000 hundredths that keeps the share nearest to the one that is wanted,
  /// of several the smallest.
  func minimum(keeping share: Double) -> Int {
    let wanted = share * Double(left)
    var kept = kept(100)
    var best = (minimum: 100, miss: abs(Double(kept) - wanted))
    for minimum in 101...1000 {
      kept -= counts[minimum - 1]
      let miss = abs(Double(kept) - wanted)
      if miss < best.miss { best = (minimum, miss) }
    }
    return best.minimum
  }
}
