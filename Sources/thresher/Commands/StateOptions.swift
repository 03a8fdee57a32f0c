internal import ArgumentParser
internal import CorpusStore

/// `--state` and `--durability`.
struct StateOptions: ParsableArguments {
  @Option(
    help: .init(
      "Keep corpora in this directory, so that they outlive the process. (in memory)",
      valueName: "dir"))
  var state: String?

  @Option(
    name: .customLong("durability"),
    help: .init(
      "What an answered request survives: normal, the end of the process; full, the loss of power. "
        + "(normal)", valueName: "normal|full"))
  var durabilityName: String?

  var path: String? { state ?? environment("THRESHER_STATE") }

  func durability() throws -> Durability {
    guard let name = durabilityName ?? environment("THRESHER_DURABILITY") else { return .normal }
    guard let durability = Durability(rawValue: name) else {
      throw Failure("--durability is normal or full, not \(name)")
    }
    return durability
  }
}
