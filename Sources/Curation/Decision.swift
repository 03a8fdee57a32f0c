package import Indexing

/// The decided part of a verdict: what depends on the examples before it. This is what a corpus
/// remembers of an example; the rest is computed again.
package struct Decision: Equatable, Sendable {
  package struct Duplicate: Equatable, Sendable {
    package enum Kind: String, Sendable { case exact, near }

    package let kind: Kind
    /// The earlier example's ordinal in its corpus.
    package let ordinal: UInt32
    /// Jaccard in ten-thousandths, cut.
    package let similarity: Int
    /// Whether it was measured on a sample of a very large text.
    package let isEstimated: Bool
  }

  package let reasons: Reasons
  package let duplicate: Duplicate?
  /// 1 − the highest verified Jaccard, in ten-thousandths; nil where it was not asked for.
  package let diversity: Int?
  /// The reference that occurs in the example.
  package let contamination: ReferenceHit?

  package var keep: Bool { reasons.isEmpty }
}
