internal import ArgumentParser
internal import Curation
internal import Scoring

struct TrainScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Teach the score one's own taste.",
    discussion: """
      Learns to tell good examples from others by the signals and by the words and word pairs of \
      prompt and response. In the score that comes of it, 7 is where as large a share of the good \
      ones lies below as of the others above.

      thresher train score --good good.jsonl --bad rest.jsonl -o my.score
      thresher filter data.jsonl --score-model my.score -o kept.jsonl
      """)

  @Option(help: .init("Examples to have more of; repeatable.", valueName: "file"))
  var good: [String]

  @Option(help: .init("Examples of the rest; repeatable.", valueName: "file"))
  var bad: [String]

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: .init("Where the model goes.", valueName: "model"))
  var output: String

  @Flag(name: .shortAndLong, help: "No report on standard error.")
  var quiet = false

  @OptionGroup(title: "Settings") var settings: SettingsOptions

  func run() throws {
    Interruption.watch()
    let settings = try settings.settings()
    let curator = Curator(settings: settings)
    var trainer = ScoreTrainer()
    for (files, isGood) in [(good, true), (bad, false)] {
      for file in files {
        var examples = ExampleFile(
          source: try ByteSource(path: file), fields: settings.fields)
        while let example = try examples.next() {
          let (prompt, response) = curator.scoredTexts(of: example)
          trainer.add(prompt: prompt, response: response, isGood: isGood)
        }
      }
    }
    let (model, report) = try made(trainer)
    let file = try OutputFile(path: output)
    try file.write(model.bytes)
    try file.commit()
    guard !quiet else { return }
    let auc = String(report.auc + 1000).dropFirst()
    Terminal.error(
      "\(Figures.grouped(report.good)) good, \(Figures.grouped(report.bad)) others; a good one is "
        + "above another in \(report.auc == 1000 ? "1" : "0").\(auc) of pairs (cross-validated)")
  }

  private func made(
    _ trainer: ScoreTrainer
  ) throws -> (model: ScoreModel, report: ScoreTrainer.Report) {
    do throws(ModelError) {
      return try trainer.train()
    } catch {
      throw Failure(error.message)
    }
  }
}
