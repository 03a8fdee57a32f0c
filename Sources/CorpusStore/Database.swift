internal import CSQLite

/// A connection to one SQLite file. Not to be used by two threads at once.
final class Database {
  let path: String
  private let handle: OpaquePointer
  /// Pages in the write-ahead log after the last commit.
  private let logPages: UnsafeMutablePointer<Int>

  enum Mode {
    case readOnly, readWrite, create

    fileprivate var flags: Int32 {
      switch self {
      case .readOnly: SQLITE_OPEN_READONLY
      case .readWrite: SQLITE_OPEN_READWRITE
      case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      }
    }
  }

  init(_ path: String, _ mode: Mode) throws(StoreProblem) {
    self.path = path
    var opened: OpaquePointer?
    let flags = mode.flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    let status = sqlite3_open_v2(path, &opened, flags, nil)
    guard status == SQLITE_OK, let opened else {
      let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(opened)
      throw StoreProblem(code: status, message, in: path)
    }
    handle = opened
    logPages = .allocate(capacity: 1)
    logPages.initialize(to: 0)
    // A reader of ours that copies a log may meet a short lock of another process.
    sqlite3_busy_timeout(handle, 5_000)
    countLogPages()
  }

  deinit {
    // A connection that closes carries the log over into the file.
    sqlite3_close_v2(handle)
    logPages.deallocate()
  }

  /// Counts the pages of the log from now on. SQLite has one hook for this and for its own checkpoints.
  func countLogPages() {
    sqlite3_wal_hook(
      handle,
      { context, _, _, pages in
        context?.assumingMemoryBound(to: Int.self).pointee = Int(pages)
        return SQLITE_OK
      }, logPages)
  }

  /// Pages in the write-ahead log, as of the last commit of this connection.
  var logPageCount: Int { logPages.pointee }

  func run(_ sql: String) throws(StoreProblem) {
    let status = sqlite3_exec(handle, sql, nil, nil, nil)
    guard status == SQLITE_OK else { throw problem(status) }
  }

  func prepare(_ sql: String) throws(StoreProblem) -> Statement {
    var statement: OpaquePointer?
    let status = sqlite3_prepare_v3(
      handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
    guard status == SQLITE_OK, let statement else { throw problem(status) }
    return Statement(statement, of: self)
  }

  /// The first column of the first row.
  func integer(_ sql: String) throws(StoreProblem) -> Int {
    let statement = try prepare(sql)
    guard try statement.step() else { throw StoreProblem(.damaged, "\(path): \(sql): no row") }
    return statement.integer(0)
  }

  /// SQLite's own check of how the pages hang together.
  /// - Complexity: O(pages).
  func checkPages() throws(StoreProblem) {
    let found = try prepare("PRAGMA quick_check(1)")
    guard try found.step(), found.string(0) == "ok" else {
      throw StoreProblem(.damaged, "\(path): \(found.string(0))")
    }
  }

  /// Carries the log over into the file, as far as readers allow.
  /// - Returns: whether all of it is there.
  func checkpoint(_ mode: CheckpointMode) throws(StoreProblem) -> Bool {
    var (inLog, copied): (Int32, Int32) = (0, 0)
    let status = sqlite3_wal_checkpoint_v2(handle, nil, mode.value, &inLog, &copied)
    if status & 0xFF == SQLITE_BUSY { return false }
    guard status == SQLITE_OK else { throw problem(status) }
    return inLog == copied
  }

  enum CheckpointMode {
    /// Waits for nobody.
    case passive
    /// Empties the log; waits a while for readers.
    case truncate

    fileprivate var value: Int32 {
      switch self {
      case .passive: SQLITE_CHECKPOINT_PASSIVE
      case .truncate: SQLITE_CHECKPOINT_TRUNCATE
      }
    }
  }

  func problem(_ status: Int32) -> StoreProblem {
    StoreProblem(code: status, String(cString: sqlite3_errmsg(handle)), in: path)
  }
}

/// A prepared statement of a database, which it keeps open.
final class Statement {
  private let handle: OpaquePointer
  private let database: Database

  fileprivate init(_ handle: OpaquePointer, of database: Database) {
    (self.handle, self.database) = (handle, database)
  }

  deinit { sqlite3_finalize(handle) }

  // MARK: Values in, by position from 1 on

  func bind(_ position: Int32, _ value: Int) { sqlite3_bind_int64(handle, position, Int64(value)) }

  func bind(_ position: Int32, _ value: Int?) {
    if let value { bind(position, value) } else { bindNull(position) }
  }

  func bindNull(_ position: Int32) { sqlite3_bind_null(handle, position) }

  /// The bytes must stay where they are until the statement has run.
  func bind(_ position: Int32, blob bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else {
      sqlite3_bind_zeroblob(handle, position, 0)
      return
    }
    sqlite3_bind_blob64(handle, position, base, UInt64(bytes.count), nil)
  }

  /// The same for UTF-8.
  func bind(_ position: Int32, text bytes: UnsafeRawBufferPointer) {
    // A nil pointer would be NULL.
    let base = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1)
    sqlite3_bind_text64(
      handle, position, base?.assumingMemoryBound(to: CChar.self), UInt64(bytes.count), nil,
      UInt8(SQLITE_UTF8))
  }

  // MARK: Running

  /// - Returns: whether there is a row to look at.
  func step() throws(StoreProblem) -> Bool {
    let status = sqlite3_step(handle)
    switch status {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default:
      let problem = database.problem(status)
      sqlite3_reset(handle)
      throw problem
    }
  }

  /// Runs it to its end and makes it ready to run again.
  func run() throws(StoreProblem) {
    while try step() {}
    sqlite3_reset(handle)
  }

  func reset() { sqlite3_reset(handle) }

  // MARK: Values out, by column from 0 on

  enum ValueType { case integer, text, blob, null, real }

  func type(_ column: Int32) -> ValueType {
    switch sqlite3_column_type(handle, column) {
    case SQLITE_INTEGER: .integer
    case SQLITE_TEXT: .text
    case SQLITE_BLOB: .blob
    case SQLITE_NULL: .null
    default: .real
    }
  }

  func integer(_ column: Int32) -> Int { Int(sqlite3_column_int64(handle, column)) }

  /// The bytes of a text or blob; valid until the next step.
  func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
    let base = sqlite3_column_blob(handle, column)
    return UnsafeRawBufferPointer(start: base, count: Int(sqlite3_column_bytes(handle, column)))
  }

  func string(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }
}
