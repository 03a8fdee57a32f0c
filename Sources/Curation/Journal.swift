/// What happened to a corpus since it was last asked: what whoever keeps it has to write down. What is
/// read back has the same form.
///
/// Flat, since a busy corpus has a hundred thousand entries a second: names and shingles of all entries
/// stand one behind another in `bytes`.
package struct Journal: Sendable {
  package enum Entry: Sendable {
    case decided(StoredDecision)
    /// A decision is forgotten.
    case retracted(StoredRetraction)
    case reference(StoredReference)
    /// The settings as they are now, in JSON.
    case configured(Range<Int>)
  }

  package private(set) var entries: [Entry] = []
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package var isEmpty: Bool { entries.isEmpty }

  package mutating func append(_ entry: Entry) { entries.append(entry) }

  /// Appends bytes and tells where they stand.
  package mutating func write(_ body: (inout [UInt8]) -> Void) -> Range<Int> {
    let start = bytes.count
    body(&bytes)
    return start..<bytes.count
  }
}

/// A decision as it is kept: the decided part of a verdict, and of a kept example its shingles.
package struct StoredDecision: Equatable, Sendable {
  package static let isNear: UInt8 = 1 << 0
  package static let isEstimated: UInt8 = 1 << 1

  /// From 1 on, without gaps.
  package var sequence: Int
  /// The name, as `ExampleID.withBytes` gives it; nil where it is the server's own for this number.
  package var id: Range<Int>?
  package var content: UInt64
  package var reasons: Reasons
  /// The sequence number of the duplicate's original.
  package var original: Int?
  /// Ten-thousandths.
  package var similarity = 0
  /// Ten-thousandths; nil where it was not asked for.
  package var diversity: Int?
  /// Of the duplicate.
  package var flags: UInt8 = 0
  /// The number of the reference field that occurs in it, from 1 on.
  package var reference: Int?
  /// Ten-thousandths.
  package var containment = 0
  /// Of a kept example: see `StoredShape`.
  package var shape: Range<Int>?

  package init(sequence: Int, id: Range<Int>?, content: UInt64, reasons: Reasons) {
    self.sequence = sequence
    self.id = id
    self.content = content
    self.reasons = reasons
  }
}

/// A decision that is no longer known.
package struct StoredRetraction: Equatable, Sendable {
  /// Why it is not; the numbers are stored, so they never change.
  package enum Cause: Int, Sendable {
    /// Its example was retracted.
    case retracted = 0
    /// Another content took the place of its example.
    case replaced = 1
    /// It named one of these as the original.
    case orphaned = 2
  }

  /// The decision's.
  package var sequence: Int
  /// Decisions that were taken before.
  package var after: Int
  package var cause: Cause

  package init(sequence: Int, after: Int, cause: Cause) {
    (self.sequence, self.after, self.cause) = (sequence, after, cause)
  }
}

/// A reference field as it is kept.
package struct StoredReference: Sendable {
  /// From 1 on, without gaps.
  package var number: Int
  package var set: Range<Int>
  /// The item's name, as `ExampleID.withBytes` gives it.
  package var item: Range<Int>
  /// Where in the item it stands: a JSON Pointer.
  package var field: Range<Int>
  /// Hashes of its shingles in the order of the text, 4 bytes each, little endian.
  package var hashes: Range<Int>

  package init(
    number: Int, set: Range<Int>, item: Range<Int>, field: Range<Int>, hashes: Range<Int>
  ) {
    self.number = number
    self.set = set
    self.item = item
    self.field = field
    self.hashes = hashes
  }
}
