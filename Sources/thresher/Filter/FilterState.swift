internal import CorpusService
internal import CorpusStore
internal import Curation
internal import EventLoop
internal import JSONRPC

/// A corpus that outlives the run: `filter --state DIR`.
final class FilterState {
  let hosted: HostedCorpus
  /// Whether a row that has changed since the last run is judged anew, instead of being an error.
  let replaces: Bool
  /// Decisions that were there before this run.
  let knownCount: Int
  private let file: CorpusFile

  /// Loads the corpus, or makes it.
  /// - Parameters:
  ///   - change: settings that were named. The index of a corpus that is there cannot change; the rest
  ///     holds from now on.
  ///   - replaces: for rows that are named after their place.
  init(
    _ path: String, _ durability: Durability, corpus name: String, _ change: SettingsChange,
    replaces: Bool
  ) throws {
    self.replaces = replaces
    do throws(StoreProblem) {
      let directory = try StateDirectory(DiskFiles.absolute(path))
      if directory.exists(name) {
        file = try CorpusFile.open(name, in: directory, durability)
      } else {
        var settings = change.applied(to: Settings())
        settings.persist = true
        file = try CorpusFile.create(
          name, settings, in: directory, durability, version: thresherVersion)
      }
      let corpus = try CorpusLoader.load(file, DiskFiles(), threads: availableCores)
      hosted = HostedCorpus(corpus, idBytesMaximum: Limits().exampleIDBytes)
      knownCount = corpus.sequence
    } catch {
      throw Self.failure(error)
    }
    let old = hosted.corpus.settings
    let settings = change.applied(to: old)
    guard settings.near == old.near else {
      throw Failure(
        "corpus \"\(name)\" in \(path) has other --near settings, which cannot change; name another "
          + "--corpus")
    }
    if settings != old { hosted.configure(settings) }
    try save()
  }

  /// Writes down what happened since the last time.
  func save() throws {
    guard !hosted.corpus.isJournalEmpty else { return }
    do throws(StoreProblem) {
      try file.append(hosted.corpus.takeJournal())
    } catch {
      throw Self.failure(error)
    }
  }

  func close() { file.close() }

  private static func failure(_ problem: StoreProblem) -> Failure {
    switch problem.kind {
    case .locked:
      Failure("\(problem.message); judge with it: --socket PATH --corpus NAME")
    case .damaged: Failure("\(problem.message); \"thresher check DIR\" verifies every row")
    case .full, .failed, .foreign: Failure(problem.message)
    }
  }
}
