// Two examples become candidates when they agree in all r rows of at least one of b bands. Slots
// agree with probability J, the Jaccard similarity, so the S-curve is P(candidate | J) = 1 − (1−Jʳ)ᵇ.
//
// Every candidate is verified exactly, so false candidates cost time and never precision; a missed
// candidate is a wrong verdict. The banding therefore has its recall AT the threshold, where most
// libraries have the steepest point of the curve and find 20 to 40 % of the pairs there. Of all
// bandings of at most 128 slots that reach a recall of 0.998, the one with the most rows has the
// fewest false candidates; but from three rows on unrelated texts hardly ever meet, crowded buckets
// overflow into lists that cost little (`BandIndex`), and each band less is a probe and eight bytes less,
// each slot less a shorter signature. So: the most rows, and at most three. At 0.8 this is 9 × 3:
//
//   J            0.1    0.2    0.3    0.5    0.6    0.7    0.75   0.8    0.85   0.9
//   P(candidate) .009   .070   .218   .699   .888   .977   .993   .998   1.000  1.000
//
// Measured on 2026-11-29, processor time an example through the socket, the least of several rounds in
// turns, against 12 × 4: a stream of 520,000 rows with duplicates 0.87, Alpaca 0.98, templated rows 0.9
// to 1.1, 100,000 near-template rows 0.8 to 0.9; false candidates an example of the stream 2.1 instead
// of 1.3. (On 2026-11-28, before false candidates were as cheap as now: 12 × 4 against 21 × 6, the most
// rows of all, 0.87, 0.81 and 1.0.) To repeat it: build with another `rowMaximum` and run
// Tests/Benchmarks/peers, throughput.py and templates.py with both, in turns.

/// The pair (bands, rows) that the slots of a signature are divided into.
package struct Banding: Hashable, Sendable {
  /// The most slots, bands × rows.
  package static let slotMaximum = 128

  /// More rows than this would make nothing faster.
  static let rowMaximum = 3

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
