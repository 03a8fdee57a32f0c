internal import ArgumentParser
internal import Scoring

/// Times a language model over a text of words that are parted by blanks, as KenLM's `query` takes it.
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lm",
    abstract: "Time a language model over a text, a sentence a line, words parted by blanks.",
    discussion: """
      The model is an ARPA file, one of Thresher's, or "english", which ships with it.

      thresher-bench lm model.arpa text.txt
      thresher-bench lm model.arpa text.txt --words
      """)

  @Argument(help: .init("The model.", valueName: "model"))
  var model: String

  @Argument(help: .init("The text.", valueName: "text"))
  var text: String

  @Flag(help: "Print log10 of each word instead, a sentence a line, its end last.")
  var words = false

  @Option(help: "Timed runs, after one that is not; 0 times nothing.")
  var rounds = 5

  @Flag(help: "Print the model in Thresher's own form instead.")
  var binary = false

  func run() throws {
    let begin = StepsCommand.monotonicSeconds()
    let model = try load()
    let loaded = StepsCommand.monotonicSeconds() - begin
    if binary { return Output.bytes(model.raw) }
    let bytes = try Rows.map(text).bindMemory(to: UInt8.self).span
    var reader = ModelText(model)
    if words { return printWords(&reader, bytes) }
    var result = reader.measure(bytes)
    var times: [Double] = []
    for _ in 0..<max(rounds, 0) {
      let start = StepsCommand.monotonicSeconds()
      result = reader.measure(bytes)
      times.append(StepsCommand.monotonicSeconds() - start)
    }
    times.sort()
    let perplexity = ExactReal.exp(-result.log10 / Double(result.tokens) * 2.302585092994046)
    Output.line("order \(model.order), n-grams \(model.counts), loaded in \(loaded) s")
    Output.line(
      "\(result.tokens) tokens, \(result.unknown) unknown, log10 \(result.log10), "
        + "perplexity \(perplexity)")
    guard !times.isEmpty else { return }
    let median = times[times.count / 2]
    Output.line("\(Double(result.tokens) / median) tokens/s, median of \(times.count) rounds")
  }

  private func load() throws -> LanguageModel {
    guard model != "english" else { return .english }
    let bytes = try Rows.map(model)
    do {
      return try LanguageModel(file: ModelBytes(bytes) { _ in })
    } catch {
      throw ValidationError("\(model): \(error.message)")
    }
  }

  private func printWords(_ reader: inout ModelText, _ bytes: Span<UInt8>) {
    var line = ""
    _ = reader.measure(bytes) { value in
      if let value {
        line += (line.isEmpty ? "" : " ") + "\(value)"
      } else {
        Output.line(line)
        line = ""
      }
    }
  }
}
