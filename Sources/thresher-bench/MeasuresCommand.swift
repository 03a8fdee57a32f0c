internal import ArgumentParser
internal import Curation
internal import JSON
internal import JSONRPC
internal import Scoring

/// What the score is fitted on, for the scripts that fit it.
struct MeasuresCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measures",
    abstract: "Print the measures of each row, trimmed as by default.",
    discussion: """
      A table with tabs: a heading, then for each row of the file its score in hundredths (- without \
      one), and its measures; - for one that would mean nothing, and for a row that cannot be judged.
      """)

  @Argument(help: .init("Examples, one a line.", valueName: "file.jsonl"))
  var file: String

  func run() throws {
    let parser = JSONParser()
    let decoder = ExampleDecoder(fields: nil, idBytesMaximum: Limits().exampleIDBytes)
    var curator = Curator(settings: Settings())
    Output.line((["score"] + Measure.allCases.map { "\($0)" }).joined(separator: "\t"))
    for line in try Rows.read(file).split(separator: 0x0A) {
      var fields = [String](repeating: "-", count: 1 + Measure.allCases.count)
      if let value = try? parser.parse(Array(line)).root, let example = try? decoder.decode(value),
        let score = curator.prepare(example, .full).quality?.score
      {
        fields[0] = score.hundredths.map { "\($0)" } ?? "-"
        for (index, measure) in Measure.allCases.enumerated() {
          if let value = score.measures[measure] { fields[index + 1] = "\(value)" }
        }
      }
      Output.line(fields.joined(separator: "\t"))
    }
  }
}
