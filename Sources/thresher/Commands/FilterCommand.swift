internal import ArgumentParser
internal import CorpusService
internal import Curation
internal import Glibc
internal import JSONRPC
internal import Trimming

struct FilterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "filter",
    abstract: "Read examples, write those worth training on.",
    discussion: """
      Input is JSONL, or a JSON array of examples; gzip and zstd are told by their first bytes. \
      Kept examples that were not trimmed come out byte for byte. Output files are complete or \
      not there at all; NAME.gz and NAME.zst are compressed.

      thresher filter data.jsonl -o kept.jsonl
      zcat *.jsonl.gz | thresher filter - --rejected dropped.jsonl > kept.jsonl
      thresher filter data.jsonl --verdicts verdicts.jsonl --trim off -o /dev/null

      Exit code: 0 done; 1 done, but some lines were unusable (each is named); 2 could not run; \
      130 or 143 when interrupted.
      """)

  @Argument(help: .init("Files to read; none or - is standard input.", valueName: "file"))
  var files: [String] = []

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: .init("Where kept examples go. (standard output)", valueName: "kept"))
  var output: String?

  @Option(help: .init("Where dropped and unusable lines go.", valueName: "file"))
  var rejected: String?

  @Option(help: .init("Where a verdict a line goes.", valueName: "file"))
  var verdicts: String?

  @Flag(help: "Put the trimmed example into its verdict.")
  var withTrimmed = false

  @Option(
    help: .init(
      "Take each example's id from this key or JSON Pointer. (file and line)", valueName: "name"))
  var idKey: String?

  @Option(help: .init("Judge with the daemon at this socket.", valueName: "path"))
  var socket: String?

  @OptionGroup var storage: StateOptions

  @Option(help: .init("The corpus of the daemon or the state. (default)", valueName: "name"))
  var corpus: String?

  @Option(
    help: .init(
      "Drop what contains a text of this evaluation set (JSONL or a JSON array); repeatable.",
      valueName: "file"))
  var references: [String] = []

  @Option(help: .init("Write the closing summary as JSON, too.", valueName: "file"))
  var summary: String?

  @Option(help: .init("Warn when more than this share is dropped. (0.5)", valueName: "share"))
  var warnDropped: Double?

  @OptionGroup var threads: WorkerOptions

  @Flag(name: .shortAndLong, help: "No summary and no warnings on standard error.")
  var quiet = false

  @OptionGroup(title: "Settings") var settings: SettingsOptions

  func run() throws {
    Interruption.watch()
    try check()
    let outputs = try Outputs(self)
    do {
      let state = try openState()
      var options = FilterRun.Options(
        idKey: idKey, withTrimmed: withTrimmed, warnDropped: warnDropped ?? 0.5)
      if let state { options.sourceName = Self.lastingName(state.knownCount) }
      let run = FilterRun(
        inputs: files.isEmpty ? ["-"] : files, judge: try judge(state), kept: outputs.kept,
        rejected: outputs.rejected, verdicts: outputs.verdicts, options: options)
      let result = try run.run()
      state?.close()
      try close(result, isSuspicious: run.isSuspicious(result))
    } catch let interruption as Interruption {
      outputs.discard()
      Terminal.error("thresher: interrupted, nothing was written")
      Glibc.exit(128 + interruption.signal)
    } catch is ClosedPipe {
      outputs.discard()
      // As every filter in a pipe ends when its reader has gone.
      signal(SIGPIPE, SIG_DFL)
      raise(SIGPIPE)
    } catch {
      outputs.discard()
      throw error
    }
  }

  private func check() throws {
    if let warnDropped, !(0...1).contains(warnDropped) {
      throw Failure("--warn-dropped is a share from 0 to 1")
    }
    if files.isEmpty, isatty(0) == 1 {
      throw Failure("nothing to read: name a file, or send examples to standard input")
    }
    if corpus != nil, socket == nil, storage.state == nil {
      throw Failure("--corpus needs --socket or --state")
    }
    if socket != nil, storage.state != nil {
      throw Failure("either --socket or --state: a daemon has a state of its own")
    }
    if let corpus, !CorpusService.isValid(name: corpus) {
      throw Failure("--corpus: 1 to 64 of A-Z a-z 0-9 . _ -, and no dot in front")
    }
    let named = [output, rejected, verdicts, summary].compactMap { $0 }
    if Set(named).count < named.count { throw Failure("two outputs have the same name") }
  }

  /// Only a flag opens a state: one that the environment names is the daemon's.
  private func openState() throws -> FilterState? {
    guard let path = storage.state else { return nil }
    return try FilterState(
      path, try storage.durability(), corpus: corpus ?? "default", try settings.change(),
      replaces: idKey == nil)
  }

  /// Names that mean the same row in the next run: of a file wherever it is called from, and of standard
  /// input never again.
  private static func lastingName(_ knownCount: Int) -> (String) -> String {
    { name in
      name.hasPrefix("-") || name.hasPrefix("standard input")
        ? "standard input after \(knownCount)" : DiskFiles.absolute(name)
    }
  }

  /// Edits are wanted for trimming; without it and without verdicts the decision alone will do.
  private func judge(_ state: FilterState?) throws -> any RowJudge {
    let change = try settings.change()
    let wanted = state?.hosted.corpus.settings ?? change.applied(to: Settings())
    if let socket {
      let judge = try RemoteJudge(
        path: socket, corpus: corpus ?? "default", change: change, detail: .edits)
      for path in references { try judge.addReferences(path) }
      return judge
    }
    let detail: Detail = wanted.trim == .off && verdicts == nil ? .decision : .edits
    let judge = LocalJudge(
      settings: wanted, detail: detail, idBytesMaximum: Limits().exampleIDBytes,
      workers: try threads.count(), state: state)
    for path in references { try addReferences(path, to: judge) }
    return judge
  }

  private func addReferences(_ path: String, to judge: LocalJudge) throws {
    let (loaded, skipped) = try judge.addReferences(path)
    guard !quiet else { return }
    Terminal.error(
      "references \(path): \(Figures.grouped(loaded)) texts, \(Figures.grouped(skipped)) too short")
  }

  private func close(_ result: FilterSummary, isSuspicious: Bool) throws {
    if let summary {
      let file = try OutputFile(path: summary)
      try file.write(result.json)
      try file.commit()
    }
    if !quiet {
      for line in result.lines { Terminal.error(line) }
      if isSuspicious {
        Terminal.error(
          "warning: \(Figures.share(result.dropped, of: result.read)) was dropped; if that is not "
            + "meant, --verdicts FILE tells why for each example")
      }
    }
    if result.unusable > 0 { Glibc.exit(1) }
  }

  private struct Outputs {
    let kept: OutputFile
    let rejected: OutputFile?
    let verdicts: OutputFile?

    init(_ command: FilterCommand) throws {
      kept = try OutputFile(path: command.output)
      rejected = try command.rejected.map { try OutputFile(path: $0) }
      verdicts = try command.verdicts.map { try OutputFile(path: $0) }
    }

    func discard() { for file in [kept, rejected, verdicts] { file?.discard() } }
  }
}
