internal import Containers
internal import Indexing
internal import Shingling

// What a corpus remembers of every example it has decided on: one record a decision, in order.
//
//   record   content 8 | id place 4 | id size 2 | reasons 2 | original or ordinal 4 | similarity 2
//            | diversity 2 | next 4 | flags 1: 32 bytes with padding
//   ids      the bytes of names in an arena; an example named after its record number has none there
//   table    hash of an id → record, 6 bytes a slot
//
// A record is never moved or used again; a forgotten one stays as a dead 32 bytes.

/// Decisions by id.
///
/// A reference: one owner, one thread.
final class Ledger {
  /// Position of a record; the number of decisions before it.
  typealias RecordIndex = UInt32

  static let none = UInt32.max

  struct Record: BitwiseCopyable {
    /// `Prepared.content`: it is compared with one other only.
    var content: UInt64
    fileprivate var idPlace: UInt32
    fileprivate var idSize: UInt16
    var reasons: UInt16
    /// Of a kept example its ordinal, of a dropped duplicate that of its original, or `none`.
    var ordinal: UInt32
    /// Ten-thousandths.
    var similarity: UInt16
    /// Ten-thousandths, or `noDiversity`.
    var diversity: UInt16
    /// The next of the examples that were dropped for the same original, or `none`.
    var nextDependent: UInt32
    fileprivate var flags: UInt8
  }

  private static let noDiversity = UInt16.max
  private static let isForgotten: UInt8 = 1 << 0
  private static let isNamedByNumber: UInt8 = 1 << 1
  private static let isNear: UInt8 = 1 << 2
  private static let isEstimated: UInt8 = 1 << 3
  private static let hasDuplicate: UInt8 = 1 << 4

  private let records = ChunkedArray<Record>()
  private let ids = ByteArena()
  private let table = TagTable(segmentBits: 10)
  /// The references that were found; too seldom for a place in every record.
  private var contaminations: [RecordIndex: ReferenceHit] = [:]

  /// Records written, forgotten ones included.
  var count: Int { records.count }
  /// Records that are not forgotten.
  private(set) var liveCount = 0

  var byteCount: Int {
    records.byteCount + ids.byteCount + table.byteCount + 24 * contaminations.capacity
  }

  subscript(index: RecordIndex) -> Record { records[Int(index)] }

  // MARK: Finding

  /// The record of an id; nil if it is not known.
  /// - Complexity: O(bytes of the id) expected.
  func find(_ id: ExampleID) -> RecordIndex? {
    if let number = id.sequence, number <= records.count {
      let record = records[number - 1]
      if record.flags & Self.isNamedByNumber != 0 {
        return record.flags & Self.isForgotten == 0 ? RecordIndex(number - 1) : nil
      }
    }
    var found: RecordIndex?
    id.withBytes { bytes in
      table.forEach(Self.hash(bytes)) { index in
        guard isNamed(index, bytes) else { return true }
        found = index
        return false
      }
    }
    return found
  }

  private func isNamed(_ index: RecordIndex, _ bytes: UnsafeRawBufferPointer) -> Bool {
    let record = records[Int(index)]
    guard Int(record.idSize) == bytes.count else { return false }
    return UnsafeRawBufferPointer(start: ids.pointer(at: record.idPlace), count: bytes.count)
      .elementsEqual(bytes)
  }

  /// Asks the memory for what a search for the id will look at first.
  func prefetch(_ id: ExampleID) {
    id.withBytes { table.prefetch(Self.hash($0)) }
  }

  private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    Fingerprint(of: bytes.bindMemory(to: UInt8.self).span, key: .published).high
  }

  /// The name of a record's example.
  func id(of index: RecordIndex) -> ExampleID {
    let record = records[Int(index)]
    if record.flags & Self.isNamedByNumber != 0 { return ExampleID(sequence: Int(index) + 1) }
    return ExampleID(
      stored: UnsafeBufferPointer(
        start: ids.pointer(at: record.idPlace), count: Int(record.idSize)))
  }

  // MARK: Changing

  /// Writes down a decision.
  /// - Parameters:
  ///   - id: not known; it may be the name of the record's own number.
  ///   - ordinal: of a kept example.
  func append(
    _ id: ExampleID, content: UInt64, _ decision: Decision, ordinal: UInt32?
  ) -> RecordIndex {
    precondition(records.count < Int(TagTable.valueLimit - 1), "a corpus holds 2^28 decisions")
    let index = RecordIndex(records.count)
    var flags: UInt8 = 0
    var (place, size): (UInt32, UInt16) = (0, 0)
    if id.sequence == Int(index) + 1 {
      flags |= Self.isNamedByNumber
    } else {
      id.withBytes { bytes in
        guard let stored = ids.append(bytes) else { preconditionFailure("4 GiB of ids") }
        (place, size) = (stored, UInt16(bytes.count))
        table.insert(Self.hash(bytes), index)
      }
    }
    if let duplicate = decision.duplicate {
      flags |= Self.hasDuplicate
      if duplicate.kind == .near { flags |= Self.isNear }
      if duplicate.isEstimated { flags |= Self.isEstimated }
    }
    records.append(
      Record(
        content: content, idPlace: place, idSize: size, reasons: decision.reasons.rawValue,
        ordinal: ordinal ?? decision.duplicate?.ordinal ?? Self.none,
        similarity: UInt16(decision.duplicate?.similarity ?? 0),
        diversity: decision.diversity.map(UInt16.init) ?? Self.noDiversity,
        nextDependent: Self.none, flags: flags))
    if let hit = decision.contamination { contaminations[index] = hit }
    liveCount += 1
    return index
  }

  /// Puts a record before `next` in its original's list.
  func link(_ index: RecordIndex, before next: UInt32) { records[Int(index)].nextDependent = next }

  /// Forgets a record: its id is unknown from now on.
  func forget(_ index: RecordIndex) {
    let record = records[Int(index)]
    guard record.flags & Self.isForgotten == 0 else { return }
    if record.flags & Self.isNamedByNumber == 0 {
      let bytes = UnsafeRawBufferPointer(
        start: ids.pointer(at: record.idPlace), count: Int(record.idSize))
      let removed = table.remove(Self.hash(bytes), index)
      precondition(removed, "a record that is not forgotten is in the table")
    }
    records[Int(index)].flags |= Self.isForgotten
    contaminations[index] = nil
    liveCount -= 1
  }

  func isForgotten(_ index: RecordIndex) -> Bool {
    records[Int(index)].flags & Self.isForgotten != 0
  }

  /// The decision as it was taken.
  func decision(_ index: RecordIndex) -> Decision {
    let record = records[Int(index)]
    var duplicate: Decision.Duplicate?
    if record.flags & Self.hasDuplicate != 0 {
      duplicate = Decision.Duplicate(
        kind: record.flags & Self.isNear != 0 ? .near : .exact, ordinal: record.ordinal,
        similarity: Int(record.similarity), isEstimated: record.flags & Self.isEstimated != 0)
    }
    return Decision(
      reasons: Reasons(rawValue: record.reasons), duplicate: duplicate,
      diversity: record.diversity == Self.noDiversity ? nil : Int(record.diversity),
      contamination: contaminations[index])
  }

  func checkInvariants() {
    table.checkInvariants()
    var live = 0
    for index in 0..<RecordIndex(records.count) where !isForgotten(index) {
      live += 1
      precondition(find(id(of: index)) == index, "record \(index) is not found by its id")
    }
    precondition(live == liveCount, "number of live records")
  }
}
