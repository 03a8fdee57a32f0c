internal import ArgumentParser
internal import Glibc

/// The version of everything here; `Protocol/` and `CHANGELOG.md` name the same.
let thresherVersion = "0.1.0"

struct Thresher: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "thresher",
    abstract: "Separates grain from straw in a stream of fine-tuning examples.",
    discussion: """
      Each example gets a verdict: is it a duplicate (exact or near), how good is it (1 to 10), \
      and what is left of it once the fluff is cut.

      Filter a file:            thresher filter data.jsonl -o kept.jsonl
      In a pipe:                zcat *.jsonl.gz | thresher filter - > kept.jsonl
      Keep the best 30 %:       thresher calibrate data.jsonl --keep 0.3
      As a daemon:              thresher serve
      In an editor:             thresher lsp
      Is it there? End it:      thresher status; thresher stop
      Ask it (one JSON line):   echo '{"jsonrpc":"2.0","id":1,"method":"examples/judge",\
      "params":{"examples":[{"text":"hello"}]}}' | socat - UNIX:SOCKET
      """,
    version: thresherVersion,
    subcommands: [
      ServeCommand.self, FilterCommand.self, LSPCommand.self, StatusCommand.self, StopCommand.self,
      CheckCommand.self, TrainCommand.self, CalibrateCommand.self,
    ])
}

/// What ends a command without a usage message: the reason for the person, and the exit code.
struct Failure: Error {
  let message: String
  var exitCode: Int32 = 2

  init(_ message: String, exitCode: Int32 = 2) {
    self.message = message
    self.exitCode = exitCode
  }
}

@main
enum Main {
  /// Exit codes are part of the contract (0, 1, 2, 130, 143), so ArgumentParser's own 64 for wrong
  /// usage is not used.
  static func main() {
    do {
      var command = try Thresher.parseAsRoot()
      try command.run()
    } catch let failure as Failure {
      Terminal.error("thresher: \(failure.message)")
      exit(failure.exitCode)
    } catch {
      let isHelp = Thresher.exitCode(for: error).isSuccess
      let text = Thresher.fullMessage(for: error)
      if isHelp { Terminal.output(text) } else { Terminal.error(text) }
      exit(isHelp ? 0 : 2)
    }
  }
}
