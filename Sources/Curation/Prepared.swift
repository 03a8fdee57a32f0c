package import Scoring
package import Shingling
package import Trimming

/// How much of a verdict is wanted; what is not wanted is not computed.
package enum Detail: String, CaseIterable, Sendable {
  case decision, edits, full
}

/// Everything about an example that depends on nothing but itself, the settings and the models: the
/// pure part of its verdict and what the index needs. It may be made on any thread, and never changes: a
/// reference, since it goes through many hands and copying its parts for each would cost more than the
/// index does.
package final class Prepared: Sendable {
  package let example: Example
  /// Hash of all its texts as they came, with their roles: what an id stands for.
  package let content: UInt64
  package let text: ShingledText
  package let bandKeys: [UInt64]
  /// Hashes of the shingles of all its texts in their order, for references; nil where there were none
  /// when it was made ready.
  package let ordered: [UInt32]?
  /// No token in the response (of a document: in the text).
  package let isEmpty: Bool
  /// Nil unless the detail or the policy wants it.
  package let quality: Quality?

  init(
    example: Example, content: UInt64, text: ShingledText, bandKeys: [UInt64],
    ordered: [UInt32]?, isEmpty: Bool, quality: Quality?
  ) {
    self.example = example
    self.content = content
    self.text = text
    self.bandKeys = bandKeys
    self.ordered = ordered
    self.isEmpty = isEmpty
    self.quality = quality
  }

  /// The same with the shingles that references are looked for in.
  package func with(ordered: [UInt32]) -> Prepared {
    Prepared(
      example: example, content: content, text: text, bandKeys: bandKeys, ordered: ordered,
      isEmpty: isEmpty, quality: quality)
  }
}

/// What trimming, counting and scoring say about one example.
package struct Quality: Sendable {
  /// By position in `Example.fields`; fields without edits are left out.
  package let edits: [(field: Int, edits: [TextEdit])]
  package let tokensBefore: Int
  package let tokensAfter: Int
  /// Whether tokens were estimated, for want of a tokenizer.
  package let isEstimated: Bool
  /// Tokens that went with each kind of edit; their sum is what was cut.
  package let tokensCut: [(kind: EditKind, count: Int)]
  package let score: ScoreResult
}
