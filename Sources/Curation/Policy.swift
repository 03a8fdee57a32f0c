/// Why an example is dropped. All that apply; the bits are stored, so they never change.
package struct Reasons: OptionSet, Hashable, Sendable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package static let exactDuplicate = Reasons(rawValue: 1 << 0)
  package static let nearDuplicate = Reasons(rawValue: 1 << 1)
  package static let contaminated = Reasons(rawValue: 1 << 2)
  package static let lowScore = Reasons(rawValue: 1 << 3)
  package static let lowPerplexity = Reasons(rawValue: 1 << 4)
  package static let highPerplexity = Reasons(rawValue: 1 << 5)
  package static let empty = Reasons(rawValue: 1 << 6)
  package static let unusable = Reasons(rawValue: 1 << 7)

  /// In the order in which a verdict lists them.
  package static let names: [(reason: Reasons, name: String)] = [
    (.exactDuplicate, "exact_duplicate"), (.nearDuplicate, "near_duplicate"),
    (.contaminated, "contaminated"), (.lowScore, "low_score"),
    (.lowPerplexity, "low_perplexity"), (.highPerplexity, "high_perplexity"),
    (.empty, "empty"), (.unusable, "unusable"),
  ]

  package var names: [String] { Self.names.filter { contains($0.reason) }.map(\.name) }

  package func forEachName(_ body: (String) -> Void) {
    guard !isEmpty else { return }
    for named in Self.names where contains(named.reason) { body(named.name) }
  }

  /// The numbers of the bits.
  func forEachBit(_ body: (Int) -> Void) {
    var rest = rawValue
    while rest != 0 {
      body(rest.trailingZeroBitCount)
      rest &= rest - 1
    }
  }
}

/// The table from what was found to keep or drop.
package struct Policy: Equatable, Sendable {
  /// Hundredths of a point; nil drops nothing for its score.
  package var minimumScore: Int?
  package var perplexity = PerplexityBand()

  package init(minimumScore: Int?) { self.minimumScore = minimumScore }

  package init(_ settings: Settings) {
    minimumScore = settings.minimumScore
    perplexity = settings.perplexity
  }

  /// - Parameters:
  ///   - isExact, isNear: what the index found; of both only the stronger counts.
  ///   - isContaminated: a reference occurs in it.
  ///   - score: hundredths, as printed; nil where a score would mean nothing, which drops nothing.
  ///   - perplexity: tenths, as printed; nil where there is none.
  ///   - isEmpty: no token in the response.
  package func reasons(
    isExact: Bool, isNear: Bool, isContaminated: Bool = false, score: Int?,
    perplexity: Int? = nil, isEmpty: Bool
  ) -> Reasons {
    var reasons: Reasons = []
    if isExact { reasons.insert(.exactDuplicate) } else if isNear { reasons.insert(.nearDuplicate) }
    if isContaminated { reasons.insert(.contaminated) }
    if let score, let minimumScore, score < minimumScore { reasons.insert(.lowScore) }
    if let perplexity {
      if let least = self.perplexity.minimum, perplexity < least.tenths {
        reasons.insert(.lowPerplexity)
      }
      if let most = self.perplexity.maximum, perplexity > most.tenths {
        reasons.insert(.highPerplexity)
      }
    }
    if isEmpty { reasons.insert(.empty) }
    return reasons
  }
}
