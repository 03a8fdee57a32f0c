internal import ArgumentParser
internal import JSON

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Is a daemon there, which corpora has it, what has it done?",
    discussion: "Exit code 0 when a daemon answers, 1 when none is there.")

  @Option(help: .init("The daemon's socket.", valueName: "path"))
  var socket: String?

  @Flag(help: "Print the daemon's answer as JSON.")
  var json = false

  @Flag(help: "Print the counters in the Prometheus text format.")
  var metrics = false

  func run() throws {
    let path = socket ?? SocketPath.standard
    let client = try SocketClient(path: path)
    do {
      let status = try client.call("server/status") { $0.object { _ in } }
      Terminal.output(
        metrics
          ? Metrics.text(of: status) : json ? status.rawText : Self.describe(status, at: path))
    } catch let error as RemoteError {
      throw Failure("\(path): \(error.message)")
    }
  }

  private static func describe(_ status: JSONValue, at path: String) -> String {
    func number(_ value: JSONValue?) -> String { Figures.grouped(value?.integer ?? 0) }
    let version = (try? status["version"]?.string()) ?? "?"
    let build = (try? status["build"]?.string()) ?? "?"
    let uptime = Double(status["uptimeSeconds"]?.rawText ?? "") ?? 0
    let counters = status["counters"]
    var lines = [
      "thresher \(version) (\(build)) at \(path)",
      "  up           \(Figures.seconds(uptime))",
      "  connections  \(number(status["connections"]))",
      "  requests     \(number(counters?["requests"])), errors \(number(counters?["errors"]))",
      "  memory       \(number(status["memory"]?["residentBytes"])) bytes",
      "  loop         longest turn \(status["loop"]?["longestTurnMilliseconds"]?.rawText ?? "?") ms",
    ]
    if let state = try? status["state"]?["path"]?.string() {
      let durability = (try? status["state"]?["durability"]?.string()) ?? "?"
      lines.append("  state        \(state) (\(durability))")
    }
    let corpora = status["corpora"].map { Array($0.elements) } ?? []
    if corpora.isEmpty { lines.append("  no corpus yet") }
    for corpus in corpora {
      let name = (try? corpus["corpus"]?.string()) ?? "?"
      lines.append("  corpus \(name): \(describe(corpus))")
    }
    return lines.joined(separator: "\n")
  }

  private static func describe(_ corpus: JSONValue) -> String {
    func number(_ value: JSONValue?) -> String { Figures.grouped(value?.integer ?? 0) }
    var text: String
    if let loading = corpus["loading"] {
      text = "loading, \(number(loading["done"])) of \(number(loading["total"])) decisions"
    } else if let error = try? corpus["error"]?.string() {
      text = "cannot be loaded: \(error)"
    } else if corpus["count"] == nil {
      text = "not loaded yet"
    } else {
      text = "\(number(corpus["count"])) kept, \(number(corpus["dropped"])) dropped"
    }
    if let bytes = corpus["bytesOnDisk"] { text += ", \(number(bytes)) bytes on disk" }
    return text
  }
}

struct StopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop",
    abstract: "Let the daemon finish what is in flight, and end it.",
    discussion: "Exit code 0 when it has ended, 1 when none is there.")

  @Option(help: .init("The daemon's socket.", valueName: "path"))
  var socket: String?

  func run() throws {
    let path = socket ?? SocketPath.standard
    let client = try SocketClient(path: path)
    do {
      _ = try client.call("server/stop") { $0.object { _ in } }
      client.waitForEnd()
      Terminal.output("stopped")
    } catch let error as RemoteError {
      throw Failure("\(path): \(error.message)")
    }
  }
}
