/// How much is cut.
///
/// `aggressive` (hedges, summaries that repeat, disclaimers) is refused where settings are read,
/// until `standard` meets its figures; here it does what `standard` does.
package enum TrimLevel: String, Sendable, CaseIterable {
  case off, standard, aggressive
}

/// Why a span is cut.
package enum EditKind: String, Sendable, CaseIterable {
  /// `Hello there!`, `Thank you for your question.`
  case greeting
  /// `Sure, here is the list:`, `I'd be happy to help!`
  case preamble
  /// The question said again, word for word, before it is answered.
  case restatement
  /// `As an AI language model, I do not have personal opinions.`
  case selfReference = "self_reference"
  /// `I hope this helps!`, `Feel free to ask.`
  case closer
  /// The sentence just read, or a whole paragraph, said again.
  case repetition
  /// `</s>`, `<|im_end|>`, `### Response:` and their like at the ends.
  case templateToken = "template_token"
  /// Padding: around the text, and very long runs within it.
  case whitespace
}

/// One span to cut: a half-open range of UTF-8 byte offsets of the original text, and why.
///
/// A list of edits is sorted and disjoint, no edit is empty, and no offset lies inside a scalar.
package struct TextEdit: Hashable, Sendable {
  package var start: Int
  package var end: Int
  package var kind: EditKind

  package init(start: Int, end: Int, kind: EditKind) {
    self.start = start
    self.end = end
    self.kind = kind
  }
}

/// Whose text it is, which says what may be cut.
package enum TextRole: Sendable {
  /// User and system texts: template tokens and white space at the ends only.
  case user
  /// Assistant texts: every kind.
  case assistant
  /// A text without roles: as `user`.
  case document
}
