internal import Curation

/// Reads the rows of a corpus file, and makes sure that each is as it was written.
///
/// All of its statements must run within one transaction: they see the same commits.
final class RowReader {
  let totals: Totals
  /// The settings in force, in JSON.
  let settings: [UInt8]
  /// The engine that wrote the rows.
  let engine: String
  private let database: Database
  private let examples: Statement
  private let references: Statement
  private let retractions: Statement
  private var lastSequence = 0
  private var lastReference = 0
  private var lastRetraction = 0
  /// The next retraction, if it was read already.
  private var nextRetraction: StoredRetraction?
  private var hasEnded = false

  init(_ database: Database) throws(StoreProblem) {
    self.database = database
    totals = try Self.totals(of: database)
    settings = try Self.settings(of: database, totals)
    engine = try FileFormat.engine(database)
    examples = try database.prepare("SELECT * FROM examples ORDER BY sequence")
    references = try database.prepare("SELECT * FROM reference_fields ORDER BY number")
    retractions = try database.prepare("SELECT * FROM retractions ORDER BY number")
    nextRetraction = try readRetraction()
  }

  private static func damaged(_ database: Database, _ what: String) -> StoreProblem {
    StoreProblem(.damaged, "\(database.path): \(what)")
  }

  private func damaged(_ what: String) -> StoreProblem { Self.damaged(database, what) }

  // MARK: The small tables

  static func totals(of database: Database) throws(StoreProblem) -> Totals {
    let row = try database.prepare("SELECT * FROM totals")
    guard try row.step() else { throw damaged(database, "the row of totals is missing") }
    let totals = Totals(
      settings: row.integer(1), examples: row.integer(2), retractions: row.integer(3),
      referenceFields: row.integer(4))
    var checksum = RowChecksum()
    guard row.integer(0) == 1, checksum.of(totals) == row.integer(5), try !row.step() else {
      throw damaged(database, "the row of totals has another checksum")
    }
    return totals
  }

  private static func settings(
    of database: Database, _ totals: Totals
  ) throws(StoreProblem) -> [UInt8] {
    let row = try database.prepare("SELECT * FROM settings ORDER BY number")
    var json: [UInt8] = []
    var count = 0
    var checksum = RowChecksum()
    while try row.step() {
      count += 1
      guard row.integer(0) == count, row.type(2) == .text,
        checksum.ofSettings(number: count, after: row.integer(1), row.bytes(2))
          == row.integer(3)
      else { throw damaged(database, "settings row \(count) has another checksum") }
      json = Array(row.bytes(2))
    }
    guard count == totals.settings, count > 0 else {
      throw damaged(database, "\(count) rows of settings, \(totals.settings) were written")
    }
    return json
  }

  // MARK: References

  /// All references; to be read before the decisions.
  func readReferences() throws(StoreProblem) -> Journal {
    var journal = Journal()
    var checksum = RowChecksum()
    let row = references
    while try row.step() {
      lastReference += 1
      guard row.integer(0) == lastReference, row.type(1) == .text, row.type(3) == .text,
        row.type(4) == .blob
      else { throw damaged("reference \(lastReference) is missing or not as it was written") }
      let item = readID(row, 2, into: &journal)
      let stored = StoredReference(
        number: lastReference, set: journal.write { $0 += row.bytes(1) },
        item: item ?? 0..<0, field: journal.write { $0 += row.bytes(3) },
        hashes: journal.write { $0 += row.bytes(4) })
      let expected = journal.bytes.withUnsafeBytes { checksum.of(stored, $0) }
      guard expected == row.integer(5) else {
        throw damaged("reference \(lastReference) has another checksum")
      }
      journal.append(.reference(stored))
    }
    guard lastReference == totals.referenceFields else {
      throw damaged("\(lastReference) references, \(totals.referenceFields) were written")
    }
    return journal
  }

  private func readID(
    _ row: Statement, _ column: Int32, into journal: inout Journal
  ) -> Range<Int>? {
    switch row.type(column) {
    case .text:
      journal.write { bytes in
        bytes.append(UInt8(ascii: "\""))
        bytes += row.bytes(column)
      }
    case .integer: journal.write { $0 += String(row.integer(column)).utf8 }
    case .blob: journal.write { $0 += row.bytes(column) }
    case .null, .real: nil
    }
  }

  // MARK: Decisions and retractions, in the order in which they happened

  /// The next rows with their checksums, which are still to be compared (see `verify`); nil at the end.
  func readDecisions(_ most: Int) throws(StoreProblem) -> (journal: Journal, checksums: [Int])? {
    guard !hasEnded else { return nil }
    var journal = Journal()
    var checksums: [Int] = []
    while journal.entries.count < most {
      while let retraction = nextRetraction, retraction.after <= lastSequence {
        journal.append(.retracted(retraction))
        checksums.append(0)  // It was compared when it was read.
        nextRetraction = try readRetraction()
      }
      guard try examples.step() else {
        try end()
        break
      }
      lastSequence += 1
      guard let stored = readDecision(into: &journal) else {
        throw damaged("decision \(lastSequence) is missing or not as it was written")
      }
      journal.append(.decided(stored))
      checksums.append(examples.integer(11))
    }
    return (journal, checksums)
  }

  private func end() throws(StoreProblem) {
    hasEnded = true
    guard lastSequence == totals.examples else {
      throw damaged("\(lastSequence) decisions, \(totals.examples) were written")
    }
    guard nextRetraction == nil, lastRetraction == totals.retractions else {
      throw damaged("\(lastRetraction) retractions, \(totals.retractions) were written")
    }
  }

  private func readDecision(into journal: inout Journal) -> StoredDecision? {
    let row = examples
    guard row.integer(0) == lastSequence, let reasons = UInt16(exactly: row.integer(3)),
      let flags = UInt8(exactly: row.integer(7)), isTenThousandths(row.integer(5)),
      isTenThousandths(row.integer(6)), isTenThousandths(row.integer(9)),
      row.type(1) != .real, row.type(10) == .null || row.type(10) == .blob
    else { return nil }
    var stored = StoredDecision(
      sequence: lastSequence, id: readID(row, 1, into: &journal),
      content: UInt64(bitPattern: Int64(row.integer(2))), reasons: Reasons(rawValue: reasons))
    stored.original = optional(row, 4)
    stored.similarity = row.integer(5)
    stored.diversity = optional(row, 6)
    stored.flags = flags
    stored.reference = optional(row, 8)
    stored.containment = row.integer(9)
    if row.type(10) == .blob { stored.shape = journal.write { $0 += row.bytes(10) } }
    return stored
  }

  private func isTenThousandths(_ value: Int) -> Bool { (0...10_000).contains(value) }

  private func optional(_ row: Statement, _ column: Int32) -> Int? {
    row.type(column) == .null ? nil : row.integer(column)
  }

  private func readRetraction() throws(StoreProblem) -> StoredRetraction? {
    let row = retractions
    guard try row.step() else { return nil }
    lastRetraction += 1
    var checksum = RowChecksum()
    guard row.integer(0) == lastRetraction,
      let cause = StoredRetraction.Cause(rawValue: row.integer(3))
    else { throw damaged("retraction \(lastRetraction) is missing or not as it was written") }
    let stored = StoredRetraction(sequence: row.integer(1), after: row.integer(2), cause: cause)
    guard checksum.of(stored, number: lastRetraction) == row.integer(4) else {
      throw damaged("retraction \(lastRetraction) has another checksum")
    }
    return stored
  }

  /// Compares checksums: the part of reading that may run on any thread.
  /// - Returns: the number of the first decision that is not as it was written.
  static func verify(_ journal: Journal, _ checksums: [Int]) -> Int? {
    var checksum = RowChecksum()
    return journal.bytes.withUnsafeBytes { bytes in
      for (entry, expected) in zip(journal.entries, checksums) {
        guard case .decided(let row) = entry else { continue }
        if checksum.of(row, bytes) != expected { return row.sequence }
      }
      return nil
    }
  }
}
