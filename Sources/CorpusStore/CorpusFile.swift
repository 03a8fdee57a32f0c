package import Curation
internal import Synchronization

/// How much a commit survives.
package enum Durability: String, CaseIterable, Sendable {
  /// The end of the process, whatever ends it.
  case normal
  /// The loss of power, too.
  case full
}

/// The file of one corpus: what it remembers, in rows that are only ever added. See `Schema`.
///
/// May be used from any thread, by one at a time: it waits for its turn.
package final class CorpusFile: Sendable {
  /// How long the write-ahead log may be, in pages of 4 KiB.
  struct LogBounds {
    /// From here on it is carried over into the file.
    var usual = 4_000
    /// With so many, which a reader that does not end has kept from being carried over, the file is
    /// copied, and the reader keeps the old one.
    var maximum = 32_768
  }

  /// Touched by who holds the lock, and by nobody else.
  private struct Connection: @unchecked Sendable {
    var database: Database
    var writer: RowWriter
    var totals: Totals
  }

  package let name: String
  package var path: String { directory.file(name) }
  private let directory: StateDirectory
  private let durability: Durability
  /// Nil once it is closed.
  private let connection: Mutex<Connection?>
  private let bounds: LogBounds

  private init(
    _ name: String, in directory: StateDirectory, _ durability: Durability,
    _ connection: Connection, _ bounds: LogBounds
  ) {
    (self.name, self.directory, self.durability) = (name, directory, durability)
    self.bounds = bounds
    self.connection = Mutex(connection)
  }

  // MARK: Making and opening

  /// Makes the file of a new corpus. It is there as a whole or not at all.
  /// - Parameter version: of the program, for people.
  package static func create(
    _ name: String, _ settings: Settings, in directory: StateDirectory, _ durability: Durability,
    version: String
  ) throws(StoreProblem) -> CorpusFile {
    try directory.removeNew(name)
    do throws(StoreProblem) {
      let database = try Database(directory.newFile(name), .create)
      try database.run("PRAGMA application_id = \(Schema.applicationID)")
      try database.run("PRAGMA user_version = \(Schema.format)")
      try database.run("BEGIN IMMEDIATE")
      for object in Schema.objects { try database.run(object.sql) }
      try writeAbout(settings, version, to: database)
      var journal = Journal()
      journal.append(.configured(journal.write { $0 += settings.json }))
      let writer = try RowWriter(database)
      var totals = Totals()
      try writer.write(journal, &totals)
      try writer.write(totals)
      try database.run("COMMIT")
    } catch {
      // The reason is told; what is left goes with the next attempt or start.
      do throws(StoreProblem) { try directory.removeNew(name) } catch {}
      throw error
    }
    try directory.install(name)
    return try open(name, in: directory, durability)
  }

  private static func writeAbout(
    _ settings: Settings, _ version: String, to database: Database
  ) throws(StoreProblem) {
    var checksum = RowChecksum()
    let row = try database.prepare("INSERT INTO about VALUES(1,?1,?2,?3)")
    let (version, engine) = (Array(version.utf8), Array(settings.engine.utf8))
    let sum = checksum.ofAbout(
      version: String(decoding: version, as: UTF8.self), engine: settings.engine)
    var problem: StoreProblem?
    version.withUnsafeBytes { version in
      engine.withUnsafeBytes { engine in
        row.bind(1, text: version)
        row.bind(2, text: engine)
        row.bind(3, sum)
        do throws(StoreProblem) { try row.run() } catch { problem = error }
      }
    }
    if let problem { throw problem }
  }

  /// Opens the file of a corpus that is there, and looks whether it is one of ours.
  package static func open(
    _ name: String, in directory: StateDirectory, _ durability: Durability
  ) throws(StoreProblem) -> CorpusFile {
    try open(name, in: directory, durability, LogBounds())
  }

  static func open(
    _ name: String, in directory: StateDirectory, _ durability: Durability, _ bounds: LogBounds
  ) throws(StoreProblem) -> CorpusFile {
    CorpusFile(
      name, in: directory, durability,
      try connect(directory.file(name), durability, bounds), bounds)
  }

  private static func connect(
    _ path: String, _ durability: Durability, _ bounds: LogBounds
  ) throws(StoreProblem) -> Connection {
    let database = try Database(path, .readWrite)
    try FileFormat.check(database)
    try database.run("PRAGMA journal_mode = WAL")
    try database.run("PRAGMA synchronous = \(durability == .full ? "FULL" : "NORMAL")")
    try database.run("PRAGMA wal_autocheckpoint = 0")
    // After a long reader the log shrinks again.
    try database.run("PRAGMA journal_size_limit = \(4_096 * bounds.usual)")
    // Setting the above took away the hook that counts the pages of the log.
    database.countLogPages()
    return Connection(
      database: database, writer: try RowWriter(database),
      totals: try RowReader.totals(of: database))
  }

  // MARK: Reading

  /// Calls `body` with a reader of what is committed.
  func read<Result>(
    _ body: (RowReader) throws(StoreProblem) -> Result
  ) throws(StoreProblem) -> Result {
    try use { connection throws(StoreProblem) in
      try connection.database.run("BEGIN")
      defer { try? connection.database.run("COMMIT") }
      return try body(try RowReader(connection.database))
    }
  }

  // MARK: Writing

  /// Writes down what happened, all of it or nothing.
  /// - Returns: once it is as durable as was asked for.
  package func append(_ journal: Journal) throws(StoreProblem) {
    try use { connection throws(StoreProblem) in
      var totals = connection.totals
      try connection.database.run("BEGIN IMMEDIATE")
      do throws(StoreProblem) {
        try connection.writer.write(journal, &totals)
        try connection.writer.write(totals)
        try connection.database.run("COMMIT")
      } catch {
        // Some failures have rolled it back already.
        do throws(StoreProblem) { try connection.database.run("ROLLBACK") } catch {}
        throw error
      }
      connection.totals = totals
      try tidy(&connection)
    }
  }

  /// Whether anything can be written.
  package func probe() throws(StoreProblem) {
    try append(Journal())
  }

  /// Keeps the log short. What was appended is safe whatever becomes of this.
  private func tidy(_ connection: inout Connection) throws(StoreProblem) {
    guard connection.database.logPageCount >= bounds.usual else { return }
    do throws(StoreProblem) {
      if try connection.database.checkpoint(.passive) { return }
      if connection.database.logPageCount >= bounds.maximum { try replace(&connection) }
    } catch {
      // Tried again with the next commit.
    }
  }

  /// Puts a copy into the file's place, without a log. Readers keep the old one, which is gone with the
  /// last of them.
  private func replace(_ connection: inout Connection) throws(StoreProblem) {
    try directory.removeNew(name)
    let copy = directory.newFile(name).replacing("'", with: "''")
    try connection.database.run("VACUUM INTO '\(copy)'")
    try directory.install(name)
    connection = try Self.connect(path, durability, bounds)
  }

  // MARK: Closing

  /// Carries the log over and lets go of the file.
  package func close() {
    connection.withLock { connection in
      // What cannot be carried over stays in the log and is read from there.
      _ = try? connection?.database.checkpoint(.truncate)
      connection = nil
    }
  }

  private func use<Result>(
    _ body: (inout Connection) throws(StoreProblem) -> Result
  ) throws(StoreProblem) -> Result {
    var result: Swift.Result<Result, StoreProblem>?
    connection.withLock { connection in
      guard var open = connection else { return }
      connection = nil  // One owner while it is changed.
      do throws(StoreProblem) {
        result = .success(try body(&open))
      } catch {
        result = .failure(error)
      }
      connection = open
    }
    guard let result else { throw StoreProblem(.failed, "corpus \(name) is closed") }
    return try result.get()
  }
}
