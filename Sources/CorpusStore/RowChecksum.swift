internal import Curation
internal import Shingling

/// The checksum of a row: the lower 32 bits of its values' fingerprint, each value as 8 bytes (an absent
/// one as the lowest of all integers) or as its bytes with their number before them.
struct RowChecksum {
  /// Which table; rows of two never look alike.
  enum Table: UInt8 { case about, settings, examples, retractions, referenceFields, totals }

  private var bytes: [UInt8] = []

  mutating func begin(_ table: Table) {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(table.rawValue)
  }

  mutating func add(_ value: Int?) {
    withUnsafeBytes(of: Int64(value ?? .min).littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func add(_ value: UnsafeRawBufferPointer?) {
    add(value?.count)
    if let value { bytes.append(contentsOf: value) }
  }

  mutating func add(_ value: String) {
    var value = value
    value.withUTF8 { add(UnsafeRawBufferPointer($0)) }
  }

  func finish() -> Int {
    Int(Fingerprint(of: bytes.span, key: .published).low & 0xFFFF_FFFF)
  }
}

extension RowChecksum {
  /// - Parameter bytes: those of the journal that the row stands in.
  mutating func of(_ row: StoredDecision, _ bytes: UnsafeRawBufferPointer) -> Int {
    begin(.examples)
    add(row.sequence)
    add(row.id.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) })
    add(Int(Int64(bitPattern: row.content)))
    add(Int(row.reasons.rawValue))
    add(row.original)
    add(row.similarity)
    add(row.diversity)
    add(Int(row.flags))
    add(row.reference)
    add(row.containment)
    add(row.shape.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) })
    return finish()
  }

  mutating func of(_ row: StoredRetraction, number: Int) -> Int {
    begin(.retractions)
    add(number)
    add(row.sequence)
    add(row.after)
    add(row.cause.rawValue)
    return finish()
  }

  mutating func of(_ row: StoredReference, _ bytes: UnsafeRawBufferPointer) -> Int {
    begin(.referenceFields)
    add(row.number)
    for range in [row.set, row.item, row.field, row.hashes] {
      add(UnsafeRawBufferPointer(rebasing: bytes[range]))
    }
    return finish()
  }

  mutating func ofSettings(number: Int, after: Int, _ json: UnsafeRawBufferPointer) -> Int {
    begin(.settings)
    add(number)
    add(after)
    add(json)
    return finish()
  }

  mutating func of(_ totals: Totals) -> Int {
    begin(.totals)
    for count in [
      totals.settings, totals.examples, totals.retractions, totals.referenceFields,
    ] { add(count) }
    return finish()
  }

  mutating func ofAbout(version: String, engine: String) -> Int {
    begin(.about)
    add(version)
    add(engine)
    return finish()
  }
}

/// How many rows each table has.
struct Totals: Equatable, Sendable {
  var settings = 0
  var examples = 0
  var retractions = 0
  var referenceFields = 0
}
