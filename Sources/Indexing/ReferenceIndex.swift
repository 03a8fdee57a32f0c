// Which references occur in a text?
//
// A reference field is given by the hashes of its shingles of three tokens, in the order of the text:
//
//   run    5 to 12 tokens (3 to 10 hashes): it occurs where the text has the same hashes in a row
//   set    13 tokens and more: it occurs where the text has 4/5 of its distinct hashes; a field that
//          occurs word for word has all of them
//   fewer than 5 tokens: skipped, they would be found everywhere
//
// A text that has c = ⌈4m/5⌉ of the m hashes of a set has at least one of any m − c + 1 of them, and one
// that has a run has each of its hashes. So each field stands in one table under few anchors, the rarest
// of its hashes among all references: m − c + 1 for a set, 1 for a run. A text looks up all of its
// hashes, and what it meets is compared exactly. (The prefix filter of Chaudhuri, Ganti and Kaushik, "A
// primitive operator for similarity joins in data cleaning", 2006. A corpus that grows does not know
// what is rare in it, see `NearIndex`; references come as a whole.)
//
// Example: a field of 14 tokens has 12 hashes, c = 10, and stands under its 3 rarest.

internal import Containers
internal import Shingling

/// The references of a corpus.
///
/// Not `Sendable`; copies share their contents.
package struct ReferenceIndex {
  /// Tokens in a shingle.
  package static let shingle = 3
  /// A field with fewer tokens is skipped.
  package static let tokensMinimum = 5
  /// A field with as many tokens counts as found where most of it is.
  package static let setTokensMinimum = 13

  /// Hashes of a field in the flat list: as they come for a run, ascending and distinct for a set.
  struct Field {
    let start: Int
    let count: Int
    let isRun: Bool
    /// Of a run: where in it the anchor stands.
    let anchor: Int
  }

  var fields: [Field] = []
  var hashes: [UInt32] = []
  let anchors = TagTable(segmentBits: 8)
  /// Digests of all fields, to store equal ones once.
  private var known: [UInt64: UInt32] = [:]
  private var rarity = Rarity()
  var stamps: [UInt32] = []
  var stamp: UInt32 = 0

  package init() {}

  /// Fields that are told apart.
  package var count: Int { fields.count }
  package var isEmpty: Bool { fields.isEmpty }

  /// Memory held.
  package var bytesHeld: Int {
    fields.capacity * MemoryLayout<Field>.stride + 4 * (hashes.capacity + stamps.capacity)
      + anchors.byteCount + 24 * known.capacity + rarity.byteCount
  }

  /// Whether a field of so many hashes in a row is long enough to be looked for.
  package static func isUsable(hashCount: Int) -> Bool { hashCount >= tokensMinimum - shingle + 1 }

  /// Counts a field's hashes, so that what is rare is known when it is inserted. All fields of a load
  /// are noted before the first is inserted; what is found does not depend on it.
  /// - Complexity: O(hashes).
  package mutating func note(_ ordered: [UInt32]) { for hash in ordered { rarity.note(hash) } }

  /// Adds a field, given by its hashes in order; its number is an earlier one where the same field is
  /// there already.
  ///
  /// - Precondition: the field is usable.
  /// - Complexity: O(hashes · log) expected.
  package mutating func insert(_ ordered: [UInt32]) -> UInt32 {
    precondition(Self.isUsable(hashCount: ordered.count), "a field is too short")
    let digest = Self.digest(of: ordered)
    if let number = known[digest] { return number }
    let number = UInt32(fields.count)
    known[digest] = number
    let isRun = ordered.count < Self.setTokensMinimum - Self.shingle + 1
    let kept = isRun ? ordered : Self.distinct(ordered)
    let byRarity = kept.indices.sorted {
      (rarity.count(kept[$0]), kept[$0], $0) < (rarity.count(kept[$1]), kept[$1], $1)
    }
    let anchorCount = isRun ? 1 : kept.count - Containment.required(of: kept.count) + 1
    for index in byRarity.prefix(anchorCount) {
      anchors.insert(Self.key(kept[index]), number)
    }
    fields.append(
      Field(start: hashes.count, count: kept.count, isRun: isRun, anchor: byRarity[0]))
    hashes += kept
    stamps.append(0)
    return number
  }

  static func distinct(_ hashes: [UInt32]) -> [UInt32] {
    var sorted = hashes
    sorted.sort()
    var count = 0
    for hash in sorted where count == 0 || sorted[count - 1] != hash {
      sorted[count] = hash
      count += 1
    }
    sorted.removeLast(sorted.count - count)
    return sorted
  }

  @inline(__always)
  static func key(_ hash: UInt32) -> UInt64 { Mixing.mixed(UInt64(hash)) }

  private static func digest(of hashes: [UInt32]) -> UInt64 {
    var state = UInt64(hashes.count)
    for hash in hashes {
      state = Mixing.folded(state ^ UInt64(hash), Mixing.multiplier) &+ Mixing.golden
    }
    return Mixing.mixed(state)
  }
}

/// How much of a set has to be there: 4/5.
enum Containment {
  /// The fewest of so many hashes that reach it.
  static func required(of count: Int) -> Int { (4 * count + 4) / 5 }

  /// Ten-thousandths, cut.
  static func tenThousandths(common: Int, of count: Int) -> Int { common * 10_000 / count }
}

/// How often each hash occurs, roughly: it decides what is looked up, never what is found.
private struct Rarity {
  private var counts: [UInt16] = []
  private static let bits = 22

  var byteCount: Int { 2 * counts.capacity }

  mutating func note(_ hash: UInt32) {
    if counts.isEmpty { counts = [UInt16](repeating: 0, count: 1 << Self.bits) }
    let place = Int(hash >> UInt32(32 - Self.bits))
    if counts[place] < .max { counts[place] += 1 }
  }

  func count(_ hash: UInt32) -> UInt16 { counts[Int(hash >> UInt32(32 - Self.bits))] }
}
