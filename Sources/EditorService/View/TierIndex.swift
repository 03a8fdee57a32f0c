internal import Indexing
internal import Shingling
internal import Sketching

/// The groups of one tier by their texts.
struct TierIndex {
  private let threshold: Threshold
  private var index: NearIndex
  /// By ordinal; nil for what is gone.
  private var groups: [TwinGroup?] = []
  /// What is gone and still in the index.
  private var deadCount = 0
  private static let deadMaximum = 1_000

  init(_ threshold: Threshold) {
    self.threshold = threshold
    index = NearIndex(threshold: threshold)
  }

  mutating func insert(_ group: TwinGroup) {
    group.ordinal = index.insert(group.shingles, bandKeys: group.bandKeys)
    groups.append(group)
  }

  mutating func remove(_ group: TwinGroup) {
    guard let ordinal = group.ordinal else { return }
    groups[Int(ordinal)] = nil
    group.ordinal = nil
    // To find one among thousands of its like takes as long as they are many, so it stays there, dead.
    guard index.isCrowded(group.bandKeys) else { return index.remove(ordinal) }
    deadCount += 1
    if deadCount > Self.deadMaximum, deadCount > groups.count / 4 { rebuild() }
  }

  /// - Complexity: O(groups), after a share of as many removals.
  private mutating func rebuild() {
    let living = groups.compactMap { $0 }
    index = NearIndex(threshold: threshold)
    groups = []
    deadCount = 0
    for group in living { insert(group) }
  }

  /// The groups of the tier that reach the threshold and share a band, in no order.
  ///
  /// The index also finds some that share no band, depending on what came before, and compares with
  /// hashes that it has cut, so that a few come out nearer than they are. A view may depend on neither:
  /// what it finds is compared again, which is the same whichever of the two asks.
  func matches(_ group: TwinGroup) -> [TwinGroup.Resemblance] {
    index.matches(to: group.shingles, bandKeys: group.bandKeys).compactMap { match in
      guard let other = groups[Int(match.ordinal)], other !== group,
        group.sharesBand(with: other)
      else { return nil }
      if match.estimated {
        return TwinGroup.Resemblance(
          original: other, similarity: match.similarityTenThousandths, isEstimated: true)
      }
      let common = Self.common(group.shingles, other.shingles)
      let union = group.shingles.count + other.shingles.count - common
      guard threshold.isReached(intersection: common, union: union) else { return nil }
      return TwinGroup.Resemblance(
        original: other, similarity: 10_000 * common / union, isEstimated: false)
    }
  }

  /// Shingles that are in both.
  /// - Complexity: O(shingles of both).
  private static func common(_ a: ShingleSet, _ b: ShingleSet) -> Int {
    var (i, j, common) = (0, 0, 0)
    a.hashes.withUnsafeBufferPointer { a in
      b.hashes.withUnsafeBufferPointer { b in
        while i < a.count, j < b.count {
          let (x, y) = (a[i], b[j])
          common += x == y ? 1 : 0
          i += x <= y ? 1 : 0
          j += y <= x ? 1 : 0
        }
      }
    }
    // Equal as far as the hashes go, and yet not equal.
    return common == a.count && common == b.count && a.digest != b.digest ? common - 1 : common
  }
}
