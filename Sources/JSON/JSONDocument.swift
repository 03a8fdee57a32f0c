/// A parsed JSON text: the bytes as they came, and one node a value that says where it stands.
///
/// Nothing is converted: numbers keep their digits, strings their escapes, members their order,
/// and any value can be copied through exactly as it came (`JSONValue.rawBytes`).
/// Immutable, so any thread may read it.
package final class JSONDocument: Sendable {
  package let bytes: [UInt8]
  let nodes: [Node]

  init(bytes: [UInt8], nodes: [Node]) {
    self.bytes = bytes
    self.nodes = nodes
  }

  package var root: JSONValue { JSONValue(document: self, index: 0) }
}

/// One value, in preorder: a container is followed by its members' nodes, an object's keys and
/// values in turn. 16 bytes.
struct Node: Sendable {
  /// Byte range of the value in the text, quotes and brackets included.
  var start: UInt32
  var end: UInt32
  /// Index of the first node after this value's subtree.
  var next: UInt32
  var kind: JSONKind
  /// The string contains at least one escape.
  var isEscaped: Bool
}

package enum JSONKind: UInt8, Sendable {
  case null, `false`, `true`, number, string, array, object

  /// With its article, for messages: "an object".
  package var description: String {
    switch self {
    case .null: "null"
    case .false, .true: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
