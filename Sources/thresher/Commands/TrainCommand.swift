internal import ArgumentParser

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Make models of one's own.",
    subcommands: [TrainLanguageModelCommand.self, TrainScoreCommand.self])
}
