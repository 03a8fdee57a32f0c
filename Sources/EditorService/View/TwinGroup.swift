internal import Indexing
internal import Shingling

/// Records with the same text. The first of them is compared with others; the rest are its exact
/// duplicates.
final class TwinGroup {
  /// Where a group stands among its neighbours.
  enum Tier: Int, CaseIterable {
    /// No earlier group is near it.
    case leader
    /// An earlier leader is.
    case follower
    /// Only earlier ones that are duplicates themselves are.
    case stray
  }

  /// Why a group is like an earlier one.
  struct Resemblance: Equatable {
    let original: TwinGroup
    /// Ten-thousandths.
    let similarity: Int
    let isEstimated: Bool

    static func == (lhs: Resemblance, rhs: Resemblance) -> Bool {
      lhs.original === rhs.original && lhs.similarity == rhs.similarity
    }
  }

  let fingerprint: Fingerprint
  let shingles: ShingleSet
  /// Of the text; two groups are neighbours only where they share one.
  let bandKeys: [UInt64]
  /// In order.
  var members: [Record] = []
  var tier = Tier.leader
  /// Where its text stands in its tier's index, once it has been looked at.
  var ordinal: UInt32?
  /// Nil for a leader.
  var resemblance: Resemblance?
  /// The groups that name this one as their original, and its place among those of its own.
  var dependents: [TwinGroup] = []
  var placeInOriginal = 0
  /// Waits to be looked at again.
  var isQueued = false
  /// Has lost its original, and was not looked at since.
  var isOrphan = false
  /// Is new, or has moved, since it was looked at.
  var hasMoved = true

  init(_ text: ShingledText, bandKeys: [UInt64]) {
    (fingerprint, shingles) = (text.fingerprint, text.shingles)
    self.bandKeys = bandKeys
  }

  var first: Record { members[0] }

  func precedes(_ other: TwinGroup) -> Bool { first.precedes(other.first) }

  func sharesBand(with other: TwinGroup) -> Bool {
    zip(bandKeys, other.bandKeys).contains { $0 == $1 }
  }

  // MARK: Members

  /// The place of a record among the members: how many precede it.
  /// - Complexity: O(log members).
  func place(of record: Record) -> Int {
    var (low, high) = (0, members.count)
    while low < high {
      let middle = (low + high) / 2
      if members[middle].precedes(record) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  // MARK: The original

  func resemble(_ new: Resemblance?) {
    if let old = resemblance?.original {
      let last = old.dependents.removeLast()
      if last !== self {
        old.dependents[placeInOriginal] = last
        last.placeInOriginal = placeInOriginal
      }
    }
    resemblance = new
    if let new {
      placeInOriginal = new.original.dependents.count
      new.original.dependents.append(self)
    }
  }
}
