// Two examples become candidates when they agree in all r rows of at least one of b bands. Slots
// agree with probability J, the Jaccard similarity, so the S-curve is P(candidate | J) = 1 − (1−Jʳ)ᵇ.
//
// Every candidate is verified exactly, so false candidates cost time and never precision; a missed
// candidate is a wrong verdict. The banding therefore has its recall AT the threshold, where most
// libraries have the steepest point of the curve and find 20 to 40 % of the pairs there. Of all
// bandings of at most 128 slots that reach a recall of 0.998, the one with the most rows has the
// fewest false candidates; but from four rows on unrelated texts hardly ever meet, crowded buckets
// overflow into lists that cost little (`BandIndex`), and each band less is a probe and six bytes less.
// So: the most rows, and at most four. At 0.8 this is 12 × 4:
//
//   J            0.1    0.2    0.3    0.5    0.6    0.7    0.75   0.8    0.85   0.9
//   P(candidate) .001   .019   .093   .539   .811   .963   .991   .998   1.000  1.000
//
// Measured on 2026-11-28, processor time an example through the socket against 21 × 6, the most rows of
// all: Alpaca 0.81, a stream with duplicates 0.87, templated rows 1.0; 16 × 5: 0.89, 0.93, 1.0; 9 × 3:
// 0.80, 0.88, 1.08. To repeat it: build with another `rowMaximum` and run Tests/Benchmarks/throughput.py
// and peers with both, in turns.

/// The pair (bands, rows) that the slots of a signature are divided into.
package struct Banding: Hashable, Sendable {
  /// The most slots, bands × rows.
  package static let slotMaximum = 128

  /// More rows than this would make nothing faster.
  static let rowMaximum = 4

  package let bands: Int
  package let rows: Int

  /// Slots of a signature.
  package var slots: Int { bands * rows }

  /// Nil unless both are positive and their product is at most `slotMaximum`.
  package init?(bands: Int, rows: Int) {
    guard bands > 0, rows > 0, bands <= Self.slotMaximum, rows <= Self.slotMaximum,
      bands * rows <= Self.slotMaximum
    else { return nil }
    self.bands = bands
    self.rows = rows
  }

  private init(checkedBands bands: Int, rows: Int) {
    self.bands = bands
    self.rows = rows
  }

  /// The banding with the most rows whose recall at the threshold is at least 0.998; 128 × 1 where
  /// none has it, which is so below 0.0474.
  ///
  /// Only multiplications of doubles, which every machine rounds alike.
  package static func forThreshold(_ threshold: Threshold) -> Banding {
    reaching(Double(threshold.numerator) / Double(threshold.denominator))
  }

  /// The banding of samples. Where one set is nested in the other and their similarity is t, that of
  /// their samples is t / (2 − t).
  package static func ofSamples(forThreshold threshold: Threshold) -> Banding {
    reaching(
      Double(threshold.numerator) / Double(2 * threshold.denominator - threshold.numerator))
  }

  private static func reaching(_ similarity: Double) -> Banding {
    var best = Banding(checkedBands: slotMaximum, rows: 1)
    var agreeing = 1.0
    for rows in 1...rowMaximum {
      agreeing *= similarity
      var missed = 1.0
      var bands = 0
      while missed > 0.002, (bands + 1) * rows <= slotMaximum {
        missed *= 1 - agreeing
        bands += 1
      }
      if missed <= 0.002 { best = Banding(checkedBands: bands, rows: rows) }
    }
    return best
  }

  /// The S-curve: the probability that a pair of this Jaccard similarity is a candidate.
  package func candidateProbability(jaccard: Double) -> Double {
    let agreeing = (0..<rows).reduce(1.0) { product, _ in product * jaccard }
    return 1 - (0..<bands).reduce(1.0) { product, _ in product * (1 - agreeing) }
  }
}
