internal import Containers
package import Shingling

/// Looks for some references in what a `NearIndex` keeps: sets of hashes cut short, without order.
///
/// Not `Sendable`; copies share their contents.
///
/// A run counts as found where all of its hashes are there; that they stand in a row cannot be told any
/// more. Sets of very large texts, of which a sample is kept, are passed over.
package struct ReferenceProbe {
  private var fields: [[UInt32]] = []
  private var isRun: [Bool] = []
  /// The upper 24 bits of an anchor, which are kept of every hash → fields.
  private let anchors = TagTable(segmentBits: 8)

  package init() {}

  /// Looks for one more field of an index.
  /// - Complexity: O(hashes · log).
  package mutating func add(_ number: UInt32, of index: ReferenceIndex) {
    let field = index.fields[Int(number)]
    let sorted = ReferenceIndex.distinct(
      Array(index.hashes[field.start..<field.start + field.count]))
    let required = field.isRun ? sorted.count : Containment.required(of: sorted.count)
    // Any so many of them will do: what is rare is known for the table, not here.
    for hash in sorted.suffix(sorted.count - required + 1) {
      anchors.insert(Self.key(hash), UInt32(fields.count))
    }
    fields.append(sorted)
    isRun.append(field.isRun)
  }

  @inline(__always)
  private static func key(_ hash: UInt32) -> UInt64 { Mixing.mixed(UInt64(hash >> 8)) }

  /// Whether one of the fields occurs in a set as it is kept.
  /// - Complexity: O(set + what is compared).
  package func occurs(in set: ShingleSet) -> Bool {
    guard !set.isSample else { return false }
    let mask = EliasFano(count: set.count).mask
    var isFound = false
    for hash in set.hashes where !isFound {
      anchors.forEach(Self.key(hash)) { number in
        let field = fields[Int(number)]
        let required = isRun[Int(number)] ? field.count : Containment.required(of: field.count)
        isFound =
          Overlap.common(field.span, set.hashes.span, mask: mask, required: required) != nil
        return !isFound
      }
    }
    return isFound
  }
}
