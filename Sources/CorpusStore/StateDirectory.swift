internal import Glibc

/// The directory that holds a file for each corpus: `--state DIR`.
///
/// One process at a time: it holds `lock`, in which its number stands.
package final class StateDirectory: Sendable {
  package let path: String
  let calls: FileCalls
  /// Holds the lock for the life of the process.
  private let lock: Int32

  private static let suffix = ".sqlite"
  /// SQLite's companions of a file that is written.
  private static let companions = ["-wal", "-shm"]
  /// A file in the making.
  private static let newSuffix = ".sqlite.new"
  /// One that is complete and takes the place of another.
  private static let nextSuffix = ".sqlite.next"

  /// Makes the directory where it is missing, locks it, and finishes what was broken off.
  package init(_ path: String, calls: FileCalls = FileCalls()) throws(StoreProblem) {
    self.path = path
    self.calls = calls
    try Self.make(path, calls)
    lock = try Self.lock(path)
    try finishBrokenOff()
  }

  /// The same directory under the same lock, with other calls.
  init(borrowing other: StateDirectory, _ calls: FileCalls) {
    (path, self.calls) = (other.path, calls)
    lock = dup(other.lock)
  }

  /// What the next process would do when it begins.
  static func restarted(_ other: StateDirectory) throws(StoreProblem) -> StateDirectory {
    let directory = StateDirectory(borrowing: other, FileCalls())
    try directory.finishBrokenOff()
    return directory
  }

  deinit { close(lock) }

  private static func make(_ path: String, _ calls: FileCalls) throws(StoreProblem) {
    guard !calls.exists(path) else { return }
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      try make(String(path[..<slash]), calls)
    }
    try calls.makeDirectory(path)
  }

  private static func lock(_ directory: String) throws(StoreProblem) -> Int32 {
    let path = "\(directory)/lock"
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw StoreProblem(.failed, "\(path): \(String(cString: strerror(errno)))")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      var text = [UInt8](repeating: 0, count: 32)
      let count = read(descriptor, &text, text.count)
      close(descriptor)
      let holder = String(decoding: text.prefix(max(0, count)).prefix { $0 > 0x20 }, as: UTF8.self)
      throw StoreProblem(
        .locked, "\(directory) is in use by process \(holder.isEmpty ? "?" : holder)")
    }
    let text = Array("\(getpid())\n".utf8)
    guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.count, 0) == text.count
    else {
      // It holds all the same; only its number will be missing.
      return descriptor
    }
    return descriptor
  }

  // MARK: Corpora

  /// Names of the corpora that are there.
  package func names() throws(StoreProblem) -> [String] { try Self.names(in: path, calls) }

  static func names(in path: String, _ calls: FileCalls) throws(StoreProblem) -> [String] {
    try calls.names(in: path).filter { $0.hasSuffix(suffix) }
      .map { String($0.dropLast(suffix.count)) }
  }

  package func exists(_ name: String) -> Bool { calls.exists(file(name)) }

  /// Bytes on disk.
  package func byteCount(_ name: String) -> Int { Self.byteCount(of: file(name), calls) }

  static func byteCount(of file: String, _ calls: FileCalls) -> Int {
    ([""] + companions).reduce(0) { $0 + calls.size(file + $1) }
  }

  /// Takes a corpus away for good.
  package func drop(_ name: String) throws(StoreProblem) {
    // With the file the corpus is gone; what is left of it means nothing.
    try calls.unlink(file(name))
    try removeCompanions(of: file(name))
    try calls.sync(path)
  }

  package func file(_ name: String) -> String { Self.file(name, in: path) }

  static func file(_ name: String, in path: String) -> String { "\(path)/\(name)\(suffix)" }

  /// Where a new file is made, to be put in place by `install`.
  func newFile(_ name: String) -> String { "\(path)/\(name)\(Self.newSuffix)" }

  func removeNew(_ name: String) throws(StoreProblem) {
    try calls.unlink(newFile(name))
    try removeCompanions(of: newFile(name))
  }

  /// Puts the new file, which is complete and closed, into the place of the corpus's own.
  ///
  /// A log beside it belongs to the old file and would spoil the new one. Therefore the new file first
  /// gets a name that says that it is complete; if the process ends after that, the next one goes on.
  func install(_ name: String) throws(StoreProblem) {
    let next = "\(path)/\(name)\(Self.nextSuffix)"
    try calls.sync(newFile(name))
    try calls.rename(newFile(name), to: next)
    try finishInstalling(name, next)
  }

  private func finishInstalling(_ name: String, _ next: String) throws(StoreProblem) {
    try calls.sync(path)
    try removeCompanions(of: file(name))
    try calls.rename(next, to: file(name))
    try calls.sync(path)
  }

  private func removeCompanions(of file: String) throws(StoreProblem) {
    for suffix in Self.companions { try calls.unlink(file + suffix) }
  }

  /// Finishes or removes what an earlier process was about to do.
  private func finishBrokenOff() throws(StoreProblem) {
    for name in try calls.names(in: path) {
      if name.hasSuffix(Self.nextSuffix) {
        try finishInstalling(String(name.dropLast(Self.nextSuffix.count)), "\(path)/\(name)")
      } else if name.hasSuffix(Self.newSuffix) {
        try removeNew(String(name.dropLast(Self.newSuffix.count)))
      }
    }
    // What was dropped may have left its log.
    for name in try calls.names(in: path) {
      for companion in Self.companions where name.hasSuffix(Self.suffix + companion) {
        let file = "\(path)/\(name.dropLast(companion.count))"
        if !calls.exists(file) { try calls.unlink("\(path)/\(name)") }
      }
    }
  }
}
