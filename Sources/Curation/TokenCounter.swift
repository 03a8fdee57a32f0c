package import Tokenizing
internal import Trimming

/// Counts model tokens: with the model's tokenizer, or as an estimate.
package struct TokenCounter {
  private let encoder: TokenEncoder?

  package var isEstimate: Bool { encoder == nil }

  package init(_ tokenizer: Tokenizer?) { encoder = tokenizer.map { TokenEncoder($0) } }

  /// - Complexity: O(n) in bytes; with a tokenizer as `TokenEncoder`.
  package func count(_ text: Span<UInt8>) -> Int {
    encoder?.count(text) ?? TokenEstimate.count(text)
  }

  /// The ids of the tokens; nil without a tokenizer.
  package func ids(_ text: Span<UInt8>) -> [UInt32]? { encoder?.ids(text) }

  /// The count of a text with edits cut. What each kind saves is added to `cut`, by position in
  /// `EditKind.allCases`: kinds are cut one after another in that order, so that the parts sum up.
  ///
  /// - Parameter whole: the count of the whole text.
  func count(_ text: Span<UInt8>, _ edits: [TextEdit], from whole: Int, cut: inout [Int]) -> Int {
    var count = whole
    var applied: [TextEdit] = []
    for (position, kind) in EditKind.allCases.enumerated() {
      let own = edits.filter { $0.kind == kind }
      if own.isEmpty { continue }
      applied = (applied + own).sorted { $0.start < $1.start }
      let rest = self.count(Trimmer.applying(applied, to: text).span)
      cut[position] += count - rest
      count = rest
    }
    return count
  }
}
