internal import Curation

/// Writes the entries of journals as rows. Keeps prepared statements: one a connection.
final class RowWriter {
  private let insertExample: Statement
  private let insertRetraction: Statement
  private let insertReference: Statement
  private let insertSettings: Statement
  private let updateTotals: Statement
  private var checksum = RowChecksum()

  init(_ database: Database) throws(StoreProblem) {
    insertExample = try database.prepare(
      "INSERT INTO examples VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)")
    insertRetraction = try database.prepare("INSERT INTO retractions VALUES(?1,?2,?3,?4,?5)")
    insertReference = try database.prepare(
      "INSERT INTO reference_fields VALUES(?1,?2,?3,?4,?5,?6)")
    insertSettings = try database.prepare("INSERT INTO settings VALUES(?1,?2,?3,?4)")
    updateTotals = try database.prepare("REPLACE INTO totals VALUES(1,?1,?2,?3,?4,?5)")
  }

  /// Adds all rows of a journal and counts them.
  func write(_ journal: Journal, _ totals: inout Totals) throws(StoreProblem) {
    // Copied out of the closure, which cannot throw what it wants to.
    var problem: StoreProblem?
    journal.bytes.withUnsafeBytes { bytes in
      do throws(StoreProblem) {
        for entry in journal.entries { try write(entry, bytes, &totals) }
      } catch {
        problem = error
      }
    }
    if let problem { throw problem }
  }

  private func write(
    _ entry: Journal.Entry, _ bytes: UnsafeRawBufferPointer, _ totals: inout Totals
  ) throws(StoreProblem) {
    switch entry {
    case .decided(let row):
      totals.examples += 1
      precondition(row.sequence == totals.examples, "decisions come in order")
      try write(row, bytes)
    case .retracted(let row):
      totals.retractions += 1
      try write(row, number: totals.retractions)
    case .reference(let row):
      totals.referenceFields += 1
      precondition(row.number == totals.referenceFields, "references come in order")
      try write(row, bytes)
    case .configured(let range):
      totals.settings += 1
      try writeSettings(
        UnsafeRawBufferPointer(rebasing: bytes[range]), number: totals.settings,
        after: totals.examples)
    }
  }

  private func write(
    _ row: StoredDecision, _ bytes: UnsafeRawBufferPointer
  ) throws(StoreProblem) {
    let into = insertExample
    into.bind(1, row.sequence)
    bind(2, id: row.id.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }, to: into)
    into.bind(3, Int(Int64(bitPattern: row.content)))
    into.bind(4, Int(row.reasons.rawValue))
    into.bind(5, row.original)
    into.bind(6, row.similarity)
    into.bind(7, row.diversity)
    into.bind(8, Int(row.flags))
    into.bind(9, row.reference)
    into.bind(10, row.containment)
    if let shape = row.shape {
      into.bind(11, blob: UnsafeRawBufferPointer(rebasing: bytes[shape]))
    } else {
      into.bindNull(11)
    }
    into.bind(12, checksum.of(row, bytes))
    try into.run()
  }

  /// A string as text without its quote, an integer as one where it fits, else its digits.
  private func bind(_ position: Int32, id: UnsafeRawBufferPointer?, to statement: Statement) {
    guard let id, let first = id.first else { return statement.bindNull(position) }
    if first == UInt8(ascii: "\"") {
      statement.bind(position, text: UnsafeRawBufferPointer(rebasing: id.dropFirst()))
    } else {
      let digits = String(decoding: id, as: UTF8.self)
      if let value = Int(digits), String(value) == digits {
        statement.bind(position, value)
      } else {
        statement.bind(position, blob: id)
      }
    }
  }

  private func write(_ row: StoredRetraction, number: Int) throws(StoreProblem) {
    let into = insertRetraction
    into.bind(1, number)
    into.bind(2, row.sequence)
    into.bind(3, row.after)
    into.bind(4, row.cause.rawValue)
    into.bind(5, checksum.of(row, number: number))
    try into.run()
  }

  private func write(
    _ row: StoredReference, _ bytes: UnsafeRawBufferPointer
  ) throws(StoreProblem) {
    let into = insertReference
    into.bind(1, row.number)
    into.bind(2, text: UnsafeRawBufferPointer(rebasing: bytes[row.set]))
    bind(3, id: UnsafeRawBufferPointer(rebasing: bytes[row.item]), to: into)
    into.bind(4, text: UnsafeRawBufferPointer(rebasing: bytes[row.field]))
    into.bind(5, blob: UnsafeRawBufferPointer(rebasing: bytes[row.hashes]))
    into.bind(6, checksum.of(row, bytes))
    try into.run()
  }

  private func writeSettings(
    _ json: UnsafeRawBufferPointer, number: Int, after: Int
  ) throws(StoreProblem) {
    let into = insertSettings
    into.bind(1, number)
    into.bind(2, after)
    into.bind(3, text: json)
    into.bind(4, checksum.ofSettings(number: number, after: after, json))
    try into.run()
  }

  func write(_ totals: Totals) throws(StoreProblem) {
    let into = updateTotals
    into.bind(1, totals.settings)
    into.bind(2, totals.examples)
    into.bind(3, totals.retractions)
    into.bind(4, totals.referenceFields)
    into.bind(5, checksum.of(totals))
    try into.run()
  }
}
