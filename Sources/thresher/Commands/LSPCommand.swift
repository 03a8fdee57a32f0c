internal import ArgumentParser
internal import Curation
internal import Glibc
internal import JSONRPC
internal import Logging

struct LSPCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lsp",
    abstract: "Speak LSP on standard input and output, for editors.",
    discussion: """
      Shows duplicates, low scores, fluff and broken lines of .jsonl files (and of .json files that \
      are an array) while they are edited, with quick fixes. What it can be told in \
      initializationOptions stands in Protocol/editor.md. It ends with its client: with 0 after \
      "shutdown" and "exit", else with 1.
      """)

  @Flag(help: "Means nothing; clients pass it.")
  var stdio = false

  @Option(help: .init("Means nothing beside processId; clients pass it.", valueName: "pid"))
  var clientProcessId: Int?

  @Option(
    help: .init(
      "Let the daemon on this socket do it, so that its corpora can be asked.", valueName: "path"))
  var socket: String?

  @OptionGroup var threads: WorkerOptions

  @Option(help: "How to log on stderr: text or json. (text)")
  var log: String?

  @OptionGroup(title: "What records are judged by") var settings: SettingsOptions

  func run() throws {
    if let socket { Glibc.exit(Forwarder.run(try SocketClient.open(socket))) }
    var configuration = Daemon.Configuration()
    configuration.defaults = try settings.settings()
    configuration.usesStdio = true
    configuration.speaksLSPOnStdio = true
    configuration.workers = max(2, try threads.count())
    let code = try Daemon(configuration, log: try StderrLog.logger(log)).run()
    if code != 0 { Glibc.exit(code) }
  }
}
