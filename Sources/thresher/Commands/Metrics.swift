internal import JSON

/// The daemon's status in the Prometheus text format (version 0.0.4).
enum Metrics {
  private enum Kind: String { case gauge, counter }

  static func text(of status: JSONValue) -> String {
    var lines: [String] = []
    func add(
      _ name: String, _ kind: Kind, _ help: String, _ samples: [(labels: String, value: String)]
    ) {
      guard !samples.isEmpty else { return }
      lines.append("# HELP thresher_\(name) \(help)")
      lines.append("# TYPE thresher_\(name) \(kind.rawValue)")
      for sample in samples { lines.append("thresher_\(name)\(sample.labels) \(sample.value)") }
    }
    func add(_ name: String, _ kind: Kind, _ help: String, _ path: String...) {
      var value: JSONValue? = status
      for name in path { value = value?[name] }
      if let value { add(name, kind, help, [("", value.rawText)]) }
    }

    let version = (try? status["version"]?.string()) ?? "?"
    add("build_info", .gauge, "The version that runs.", [("{version=\"\(version)\"}", "1")])
    add("uptime_seconds", .gauge, "Seconds since the start.", "uptimeSeconds")
    add("connections", .gauge, "Connections open now.", "connections")
    add("connections_total", .counter, "Connections so far.", "counters", "connections")
    add("connections_refused_total", .counter, "Connections turned away.", "counters", "refused")
    add("messages_total", .counter, "Frames received.", "counters", "messages")
    add(
      "messages_unreadable_total", .counter, "Frames that were no JSON.", "counters", "unreadable")
    add("requests_total", .counter, "Requests served.", "counters", "requests")
    add("errors_total", .counter, "Errors answered.", "counters", "errors")
    add("workers", .gauge, "Threads that prepare examples.", "workers")
    add("loop_turns_total", .counter, "Turns of the event loop.", "loop", "turns")
    add(
      "resident_memory_bytes", .gauge, "Memory that the process holds.", "memory", "residentBytes")
    if let milliseconds = Double(
      status["loop"]?["longestTurnMilliseconds"]?.rawText ?? "")
    {
      add(
        "loop_longest_turn_seconds", .gauge, "The longest turn of the event loop.",
        [("", "\(milliseconds / 1_000)")])
    }

    let corpora = status["corpora"].map { Array($0.elements) } ?? []
    func addEach(_ name: String, _ kind: Kind, _ help: String, _ member: String) {
      add(
        name, kind, help,
        corpora.compactMap { corpus in
          guard let value = corpus[member], let corpus = try? corpus["corpus"]?.string() else {
            return nil
          }
          // A corpus name has no character that would need an escape.
          return ("{corpus=\"\(corpus)\"}", value.rawText)
        })
    }
    addEach("corpus_examples", .gauge, "Examples kept.", "count")
    addEach(
      "corpus_decisions", .gauge, "Decisions remembered, forgotten ones included.", "sequence")
    addEach("corpus_dropped_total", .counter, "Examples dropped.", "dropped")
    addEach("corpus_replayed_total", .counter, "Verdicts that were given again.", "replayed")
    addEach("corpus_unusable_total", .counter, "Examples that could not be judged.", "unusable")
    addEach("corpus_memory_bytes", .gauge, "Memory held for the corpus.", "bytes")
    addEach("corpus_disk_bytes", .gauge, "Bytes of its file.", "bytesOnDisk")
    return lines.joined(separator: "\n")
  }
}
