package import Scoring
package import Shingling
package import Trimming

/// How much of a verdict is wanted; what is not wanted is not computed.
package enum Detail: String, CaseIterable, Sendable {
  case decision, edits, full
}

/// Everything about an example that depends on nothing but itself, the settings and the models: the
/// pure part of its verdict and what the index needs. A value: it may be made on any thread.
package struct Prepared: Sendable {
  package let example: Example
  /// Hash of all its texts as they came, with their roles: what an id stands for.
  package let content: Fingerprint
  package let text: ShingledText
  package let bandKeys: [UInt64]
  /// Hashes of the shingles of all its texts in their order, for references; nil where there were none
  /// when it was made ready.
  package var ordered: [UInt32]?
  /// No token in the response (of a document: in the text).
  package let isEmpty: Bool
  /// Nil unless the detail or the policy wants it.
  package let quality: Quality?
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
