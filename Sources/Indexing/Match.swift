/// An earlier example that was compared with a text, shingle by shingle.
package struct Match: Sendable, Equatable {
  /// Position of arrival in the index.
  package let ordinal: UInt32
  /// |A∩B|, or how many of the sample are in both where the match is estimated.
  package let intersection: Int
  /// |A∪B|, or the size of the sample.
  package let union: Int
  /// Whether one of the sets is a sample of a larger one.
  package let estimated: Bool

  package init(ordinal: UInt32, intersection: Int, union: Int, estimated: Bool) {
    self.ordinal = ordinal
    self.intersection = intersection
    self.union = union
    self.estimated = estimated
  }

  /// The Jaccard similarity as printed: cut, never rounded, to four digits. 2/3 gives 6666.
  package var similarityTenThousandths: Int {
    union == 0 ? 0 : 10_000 * intersection / union
  }

  /// Whether this one is reported rather than `other`: higher Jaccard, then lower ordinal.
  func precedes(_ other: Match) -> Bool {
    let (mine, others) = (intersection * other.union, other.intersection * union)
    return mine == others ? ordinal < other.ordinal : mine > others
  }
}

/// How much a search has to find out.
package enum SearchDepth: Sendable {
  /// The best match; whatever is below the threshold is pruned.
  case decision
  /// The highest Jaccard similarity among all candidates, also below the threshold.
  case closest
}

/// What `NearIndex.closest` found.
package struct Closest: Sendable, Equatable {
  /// The candidate of the highest Jaccard similarity that reaches the threshold; nil if none does.
  package let match: Match?
  /// The same without the condition; with `.decision` this is `match`.
  package let highest: Match?
}
