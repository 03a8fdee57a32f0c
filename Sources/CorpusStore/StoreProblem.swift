internal import CSQLite

/// Why a state cannot be read or written.
package struct StoreProblem: Error, Equatable, Sendable {
  package enum Kind: Equatable, Sendable {
    /// No room is left.
    case full
    /// The system says no, for another reason.
    case failed
    /// What is there is not what was written.
    case damaged
    /// It was written by another version, or with another engine or settings that are gone.
    case foreign
    /// Another process has it.
    case locked
  }

  package let kind: Kind
  /// What is wrong and where: the file comes first.
  package let message: String

  package init(_ kind: Kind, _ message: String) { (self.kind, self.message) = (kind, message) }

  /// - Parameter code: an extended result code of SQLite.
  init(code: Int32, _ message: String, in path: String) {
    let kind: Kind =
      switch code & 0xFF {
      case SQLITE_FULL: .full
      case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_SCHEMA: .damaged
      // A clash of keys in a file that only we write is damage as well.
      case SQLITE_CONSTRAINT, SQLITE_MISMATCH: .damaged
      default: .failed
      }
    self.init(kind, "\(path): \(message) (SQLite \(code))")
  }
}
