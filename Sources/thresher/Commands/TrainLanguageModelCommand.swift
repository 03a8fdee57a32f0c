internal import ArgumentParser
internal import Curation
internal import Scoring

struct TrainLanguageModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lm",
    abstract: "Make an n-gram language model for perplexity.",
    discussion: """
      Interpolated modified Kneser-Ney. A file of examples (JSONL, or a JSON array) gives all its \
      texts but system messages; any other file is text, a sentence a line. Tokens are runs of \
      letters, digits and low lines in lower case, and every other character by itself.

      thresher train lm corpus.txt examples.jsonl.gz -o my.lm --order 3
      thresher filter data.jsonl --perplexity-model my.lm --maximum-perplexity 800
      """)

  @Argument(help: .init("Texts or examples; - is standard input.", valueName: "file"))
  var files: [String]

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: .init("Where the model goes.", valueName: "model"))
  var output: String

  @Option(help: "Words of the longest n-grams, 1 to 6.")
  var order = 3

  @Option(
    help: .init(
      "For each order the count that is not enough to be kept. (0,0,1: from the third on, once)",
      valueName: "counts"))
  var prune: String?

  @Flag(help: "Twice as large, with probabilities that are not rounded.")
  var exact = false

  @Flag(name: .shortAndLong, help: "No report on standard error.")
  var quiet = false

  @OptionGroup(title: "Settings") var settings: SettingsOptions

  func run() throws {
    Interruption.watch()
    var trainer = try trainer()
    let fields = try settings.settings().fields
    for file in files {
      var texts = try TextFile(path: file, fields: fields)
      while let text = try texts.next() { trainer.add(text.span) }
    }
    let (bytes, report) = try made(&trainer)
    let file = try OutputFile(path: output)
    try file.write(bytes)
    try file.commit()
    guard !quiet else { return }
    Terminal.error(
      "\(Figures.grouped(report.tokens)) tokens; n-grams "
        + report.counts.map { Figures.grouped($0) }.joined(separator: ", ")
        + "; \(Figures.grouped(bytes.count)) bytes")
  }

  private func trainer() throws -> LanguageModelTrainer {
    var counts: [Int] = [0, 0, 1].prefix(max(order, 1)).map { $0 }
    if let prune {
      let numbers = prune.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
      guard !numbers.contains(nil) else {
        throw Failure("--prune is counts parted by commas, not \(prune)")
      }
      counts = numbers.compactMap { $0 }
    }
    do throws(ModelError) {
      return try LanguageModelTrainer(order: order, prune: counts)
    } catch {
      throw Failure(error.message)
    }
  }

  private func made(
    _ trainer: inout LanguageModelTrainer
  ) throws -> (bytes: [UInt8], report: LanguageModelTrainer.Report) {
    do throws(ModelError) {
      return try trainer.train(isPacked: !exact)
    } catch {
      throw Failure("\(files.joined(separator: ", ")): \(error.message)")
    }
  }
}
