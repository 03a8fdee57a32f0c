internal import ArgumentParser
internal import Glibc

/// Times what Thresher does, in this process: no socket, no second thread.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "thresher-bench",
    abstract: "Time the steps in process; print what they measure.",
    subcommands: [StepsCommand.self, ModelCommand.self, MeasuresCommand.self],
    defaultSubcommand: StepsCommand.self)
}

/// Times the kernels over the rows of a file.
struct StepsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "steps",
    abstract: "Time each step from bytes to verdict over the rows of a file.",
    discussion: """
      Every step runs over all rows, after an untimed run that warms caches; the figure is the \
      median of the rounds. MB/s counts the bytes of the rows as they stand in the file, for every \
      step, so that the steps can be compared. Rows that cannot be judged are left out.

      thresher-bench rows.jsonl --rounds 5
      """)

  @Argument(help: .init("Examples, one a line.", valueName: "file.jsonl"))
  var file: String

  @Option(help: .init("Also count tokens with this tokenizer.", valueName: "file"))
  var tokenizer: String?

  @Option(help: .init("This step alone.", valueName: "name"))
  var step: String?

  @Option(help: "Timed runs of each step.")
  var rounds = 5

  func validate() throws {
    guard (1...1_000).contains(rounds) else {
      throw ValidationError("--rounds is 1 to 1000")
    }
  }

  func run() throws {
    let rows = try Rows(path: file)
    guard !rows.lines.isEmpty else { throw ValidationError("\(file): no example in it") }
    Output.line(
      "\(file): \(rows.lines.count) rows, \(rows.byteCount) bytes, "
        + "\(rows.textByteCount) of them text"
        + (rows.skipped > 0 ? ", \(rows.skipped) unusable rows left out" : ""))
    Output.line(Table.row("step", "examples/s", "MB/s", "µs/example", ""))
    var kernels = Kernels.all(rows)
    if let tokenizer { kernels.append(try Kernels.tokens(rows, tokenizer)) }
    for kernel in kernels where step == nil || step == kernel.name {
      let result = measure(kernel)
      Output.line(Table.row(kernel.name, result.seconds, rows, result.note))
    }
  }

  /// The median time of a kernel's rounds, and what it has to say about its last one.
  private func measure(_ kernel: Kernel) -> (seconds: Double, note: String) {
    var note = kernel.run()
    var times: [Double] = []
    for _ in 0..<rounds {
      let start = Self.monotonicSeconds()
      note = kernel.run()
      times.append(Self.monotonicSeconds() - start)
    }
    times.sort()
    return (times[times.count / 2], note)
  }

  static func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// One line of the table.
enum Table {
  static func row(_ name: String, _ seconds: Double, _ rows: Rows, _ note: String) -> String {
    let count = Double(rows.lines.count)
    let safe = max(seconds, 1e-9)
    return row(
      name, "\(Int(count / safe))", "\(Int(Double(rows.byteCount) / safe / 1e6))",
      hundredths(safe / count * 1e6), note)
  }

  static func row(
    _ name: String, _ rate: String, _ megabytes: String, _ micros: String, _ note: String
  ) -> String {
    let line =
      padded(name, 24, left: false) + padded(rate, 12) + padded(megabytes, 8)
      + padded(micros, 13)
    return note.isEmpty ? line : line + "  " + note
  }

  private static func padded(_ text: String, _ width: Int, left: Bool = true) -> String {
    let fill = String(repeating: " ", count: max(0, width - text.count))
    return left ? fill + text : text + fill
  }

  private static func hundredths(_ value: Double) -> String {
    let scaled = Int(value * 100 + 0.5)
    let cents = scaled % 100
    return "\(scaled / 100).\(cents < 10 ? "0" : "")\(cents)"
  }
}

/// Standard output.
enum Output {
  /// A line for a person.
  static func line(_ text: String) {
    var text = text + "\n"
    text.withUTF8 { bytes(UnsafeRawBufferPointer($0)) }
  }

  static func bytes(_ bytes: UnsafeRawBufferPointer) {
    var sent = 0
    while sent < bytes.count {
      let count = write(1, bytes.baseAddress.map { $0 + sent }, bytes.count - sent)
      guard count > 0 else { return }
      sent += count
    }
  }
}
