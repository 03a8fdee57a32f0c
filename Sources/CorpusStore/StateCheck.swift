package import Curation

/// What `thresher check` found in the file of one corpus.
package struct CorpusReport: Sendable {
  package let name: String
  /// What is wrong; nil where all is as it was written.
  package let problem: StoreProblem?
  package let decisions: Int
  package let kept: Int
  package let retracted: Int
  package let references: Int
  /// On disk.
  package let byteCount: Int
}

/// Verifies every row of a state, and that the rows make a corpus. Changes nothing, and needs no lock: of
/// a corpus that is in use it sees what was committed when it began.
package enum StateCheck {
  /// The corpora in a directory.
  package static func names(in directory: String) throws(StoreProblem) -> [String] {
    try StateDirectory.names(in: directory, FileCalls())
  }

  package static func check(
    _ name: String, in directory: String, _ files: any FileReading, threads: Int
  ) -> CorpusReport {
    let path = StateDirectory.file(name, in: directory)
    let bytes = StateDirectory.byteCount(of: path, FileCalls())
    do throws(StoreProblem) {
      let (corpus, totals) = try CorpusLoader.inspect(path, name, files, threads: threads)
      return CorpusReport(
        name: name, problem: nil, decisions: totals.examples, kept: corpus.count,
        retracted: totals.retractions, references: totals.referenceFields, byteCount: bytes)
    } catch {
      return CorpusReport(
        name: name, problem: error, decisions: 0, kept: 0, retracted: 0, references: 0,
        byteCount: bytes)
    }
  }
}
