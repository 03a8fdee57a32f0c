internal import ArgumentParser
internal import EventLoop

/// How many threads prepare examples.
struct WorkerOptions: ParsableArguments {
  @Option(
    help: .init(
      "Threads that prepare examples; verdicts do not depend on it. (as many as cores)",
      valueName: "count"))
  var workers: Int?

  func count() throws -> Int {
    let named = environment("THRESHER_WORKERS")
    let count = workers ?? named.map { Int($0) ?? 0 } ?? min(availableCores, 64)
    guard (1...64).contains(count) else {
      throw Failure("\(workers == nil ? "THRESHER_WORKERS" : "--workers") is a number from 1 to 64")
    }
    return count
  }
}
