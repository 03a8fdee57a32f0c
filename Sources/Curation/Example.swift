package import JSON

/// One decoded fine-tuning example: its texts in order, and where each stands in the source.
package struct Example: Sendable {
  /// The whole example as it came; other keys are carried along in it.
  package let source: JSONValue
  package let id: ExampleID?
  package let fields: [TextField]
  /// All texts one after another, each followed by a newline; `TextField.range` points into it.
  /// One allocation, whatever the number of fields.
  package let arena: [UInt8]

  /// Whether it has a single text that is neither prompt nor response.
  package var isDocument: Bool { fields.count == 1 && fields[0].role == .document }

  /// Calls `body` with the UTF-8 of one field.
  package func withText<R>(_ field: TextField, _ body: (Span<UInt8>) -> R) -> R {
    body(arena.span.extracting(field.range))
  }
}

/// One text of an example.
package struct TextField: Sendable {
  package enum Role: UInt8, Sendable {
    /// Kept out of similarity: a shared one would make strangers look alike.
    case system
    /// Before and between the assistant's turns.
    case prompt
    case response
    /// The one text of the shape `{"text": …}`.
    case document
  }

  package let role: Role
  /// UTF-8 in the example's arena.
  package let range: Range<Int>
  /// From the example's root.
  package let pointer: JSONPointer
  /// The string with its quotes in the source document; nil where the text is no string there
  /// (arguments of a tool call given as an object).
  package let sourceRange: Range<Int>?
  /// Whether the trimmer may look at it: not tool calls, not reasoning.
  package let isTrimmable: Bool
  /// Whether white space at its ends belongs to the text: a plain prompt or completion, which are put
  /// together as they are.
  package let keepsEnds: Bool
}
