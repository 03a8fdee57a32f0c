internal import ArgumentParser
internal import CorpusStore
internal import EventLoop
internal import Glibc
internal import JSON

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Verify every row of a state.",
    discussion: """
      Reads the file of each corpus in the directory of --state, compares every row with its \
      checksum, and builds the corpus from them. Changes nothing; a daemon may be using them.

      Exit code: 0 all is as it was written; 1 something is not (each file is named); 2 could not \
      look.
      """)

  @Argument(help: .init("The directory.", valueName: "dir"))
  var directory: String

  @Option(help: .init("Check this corpus only.", valueName: "name"))
  var corpus: String?

  @Flag(help: "Print a JSON object a corpus, one a line.")
  var json = false

  func run() throws {
    var names: [String]
    do throws(StoreProblem) {
      names = try StateCheck.names(in: directory)
    } catch {
      throw Failure(error.message)
    }
    if let corpus {
      guard names.contains(corpus) else {
        throw Failure("\(directory) has no corpus \"\(corpus)\"")
      }
      names = [corpus]
    }
    if names.isEmpty, !json { Terminal.output("\(directory): no corpus") }
    var isDamaged = false
    for name in names {
      let report = StateCheck.check(
        name, in: directory, DiskFiles(), threads: availableCores)
      Terminal.output(json ? Self.object(report) : Self.line(report))
      isDamaged = isDamaged || report.problem != nil
    }
    if isDamaged { Glibc.exit(1) }
  }

  private static func line(_ report: CorpusReport) -> String {
    if let problem = report.problem { return "corpus \(report.name): \(problem.message)" }
    let references =
      report.references > 0 ? ", \(Figures.grouped(report.references)) references" : ""
    let retracted = report.retracted > 0 ? ", \(Figures.grouped(report.retracted)) retracted" : ""
    return "corpus \(report.name): all is well; \(Figures.grouped(report.decisions)) decisions, "
      + "\(Figures.grouped(report.kept)) kept\(retracted)\(references), "
      + "\(Figures.grouped(report.byteCount)) bytes"
  }

  private static func object(_ report: CorpusReport) -> String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.key("corpus")
      writer.string(report.name)
      writer.key("problem")
      if let problem = report.problem { writer.string(problem.message) } else { writer.null() }
      for (name, value) in [
        ("decisions", report.decisions), ("kept", report.kept), ("retracted", report.retracted),
        ("references", report.references), ("bytes", report.byteCount),
      ] as [(StaticString, Int)] {
        writer.key(name)
        writer.integer(value)
      }
    }
    return String(decoding: writer.take(), as: UTF8.self)
  }
}
