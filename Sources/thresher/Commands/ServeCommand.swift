internal import ArgumentParser
internal import Curation
internal import Glibc
internal import JSONRPC

struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run the daemon.",
    discussion: """
      Transports can be combined; with none given, it listens on the default socket: \
      $THRESHER_SOCKET, else $XDG_RUNTIME_DIR/thresher/thresher.sock, else a directory of your \
      own below the temporary directory. SIGTERM and Ctrl-C finish what is in flight; a second \
      one ends it at once.
      """)

  @Flag(help: "Speak on standard input and output; the end of input ends the daemon.")
  var stdio = false

  @Option(help: .init("Listen on this Unix socket.", valueName: "path"))
  var socket: String?

  @Option(
    help: .init(
      "Listen on TCP. Every client must show the token in THRESHER_TOKEN or --token-file.",
      valueName: "host:port"))
  var listen: String?

  @Option(help: .init("A file with the token, readable by its owner only.", valueName: "file"))
  var tokenFile: String?

  @Option(
    help: .init(
      "Cut a peer that leaves answers unread for so long; 0 is never. (600)", valueName: "seconds"))
  var unreadTimeout: Int?

  @OptionGroup var storage: StateOptions

  @OptionGroup var threads: WorkerOptions

  @Option(help: "How to log on stderr: text or json. (text)")
  var log: String?

  @OptionGroup(title: "Settings of new corpora") var settings: SettingsOptions

  func run() throws {
    var configuration = Daemon.Configuration()
    configuration.defaults = try settings.settings()
    configuration.usesStdio = stdio
    configuration.socketPath = socket
    if let unreadTimeout {
      guard unreadTimeout >= 0 else { throw Failure("--unread-timeout is 0 or more seconds") }
      configuration.limits.unreadSeconds = unreadTimeout
    }
    configuration.workers = try threads.count()
    configuration.statePath = storage.path
    configuration.durability = try storage.durability()
    if let listen = listen ?? environment("THRESHER_LISTEN") {
      configuration.listen = try ListenAddress(listen)
      configuration.token = try Token.find(file: tokenFile)
      guard configuration.token != nil else {
        throw Failure("--listen needs a token: set THRESHER_TOKEN or name a --token-file")
      }
    }
    if !stdio, socket == nil, configuration.listen == nil {
      configuration.socketPath = SocketPath.standard
      configuration.isStandardSocket = environment("THRESHER_SOCKET") == nil
    }
    let code = try Daemon(configuration, log: try StderrLog.logger(log)).run()
    if code != 0 { Glibc.exit(code) }
  }
}
