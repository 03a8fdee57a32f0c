internal import Glibc

/// A view of one value of a `JSONDocument`. Cheap to copy; holds the document.
package struct JSONValue: Sendable {
  package let document: JSONDocument
  let index: Int

  private var node: Node { document.nodes[index] }

  package var kind: JSONKind { node.kind }

  /// The value's bytes as they came, quotes or brackets included.
  package var rawBytes: ArraySlice<UInt8> { document.bytes[byteRange] }

  /// Where the value stands in `document.bytes`.
  package var byteRange: Range<Int> { Int(node.start)..<Int(node.end) }

  /// Where an object's or array's subtree ends among the nodes.
  fileprivate var nextIndex: Int { Int(node.next) }

  /// The same value in a document object of its own, which shares the bytes: threads that work on
  /// values of one document would otherwise count its references against each other.
  package var detached: JSONValue {
    JSONValue(
      document: JSONDocument(bytes: document.bytes, nodes: document.nodes), index: index)
  }

  /// The same place in another object of the same document.
  package func attached(to other: JSONValue) -> JSONValue {
    JSONValue(document: other.document, index: index)
  }

  // MARK: Members and elements

  /// The value of an object's last member of that name (as most parsers decide about duplicate
  /// names); nil if there is none or this is no object.
  /// - Complexity: O(members).
  package subscript(name: StaticString) -> JSONValue? {
    member(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
  }

  /// The same for a name that is not known at compile time.
  package subscript(name: String) -> JSONValue? {
    var name = name
    return name.withUTF8 { member($0) }
  }

  private func member(_ name: UnsafeBufferPointer<UInt8>) -> JSONValue? {
    guard kind == .object else { return nil }
    let nodes = document.nodes
    let end = nextIndex
    var found: Int?
    var key = index + 1
    while key < end {
      if isNamed(nodes[key], key, name) { found = key + 1 }
      key = Int(nodes[key + 1].next)
    }
    return found.map { JSONValue(document: document, index: $0) }
  }

  @inline(__always)
  private func isNamed(_ key: Node, _ index: Int, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
    guard !key.isEscaped else {
      let key = JSONValue(document: document, index: index)
      return (try? key.utf8())?.elementsEqual(name) ?? false
    }
    let start = Int(key.start) + 1
    guard Int(key.end) - 1 - start == name.count else { return false }
    return document.bytes.withUnsafeBufferPointer { bytes in
      guard let lhs = bytes.baseAddress, let rhs = name.baseAddress else { return true }
      return memcmp(lhs + start, rhs, name.count) == 0
    }
  }

  /// An object's members in their order; empty for another kind.
  package var members: Members { Members(self) }

  /// An array's elements in their order; empty for another kind.
  package var elements: Elements { Elements(self) }

  package struct Member: Sendable {
    package let key: JSONValue
    package let value: JSONValue

    package var name: String { (try? key.string()) ?? key.rawText }
  }

  package struct Members: Sequence, IteratorProtocol {
    private let document: JSONDocument
    private var position: Int
    private let end: Int

    init(_ value: JSONValue) {
      document = value.document
      position = value.index + 1
      end = value.kind == .object ? value.nextIndex : position
    }

    package mutating func next() -> Member? {
      guard position < end else { return nil }
      let member = Member(
        key: JSONValue(document: document, index: position),
        value: JSONValue(document: document, index: position + 1))
      position = member.value.nextIndex
      return member
    }
  }

  package struct Elements: Sequence, IteratorProtocol {
    private let document: JSONDocument
    private var position: Int
    private let end: Int

    init(_ value: JSONValue) {
      document = value.document
      position = value.index + 1
      end = value.kind == .array ? value.nextIndex : position
    }

    package mutating func next() -> JSONValue? {
      guard position < end else { return nil }
      let element = JSONValue(document: document, index: position)
      position = element.nextIndex
      return element
    }
  }
}

// MARK: - Scalars

extension JSONValue {
  /// The bytes between a string's quotes, escapes as they came.
  private var bodyRange: Range<Int> { (byteRange.lowerBound + 1)..<(byteRange.upperBound - 1) }

  /// The value as it came, as text. For messages and tests.
  package var rawText: String { String(decoding: rawBytes, as: UTF8.self) }

  package var isNull: Bool { kind == .null }

  package var bool: Bool? {
    switch kind {
    case .true: true
    case .false: false
    default: nil
    }
  }

  /// A number written without fraction and exponent, if it fits.
  package var integer: Int? {
    guard kind == .number, let value = Int(rawText) else { return nil }
    return value
  }

  /// Whether this is a number written without fraction and exponent, of any size.
  package var isInteger: Bool {
    kind == .number && rawBytes.allSatisfy { isDigit($0) || $0 == UInt8(ascii: "-") }
  }

  /// A string's text. `""` for another kind.
  package func string() throws(LoneSurrogate) -> String {
    String(decoding: try utf8(), as: UTF8.self)
  }

  /// A string's text as UTF-8, escapes resolved.
  /// - Complexity: O(bytes).
  package func utf8() throws(LoneSurrogate) -> [UInt8] {
    var bytes: [UInt8] = []
    try appendUTF8(to: &bytes)
    return bytes
  }

  /// Appends a string's text as UTF-8, escapes resolved; nothing for another kind.
  /// - Complexity: O(bytes).
  package func appendUTF8(to output: inout [UInt8]) throws(LoneSurrogate) {
    guard kind == .string else { return }
    guard node.isEscaped else {
      let body = bodyRange
      document.bytes.withUnsafeBufferPointer {
        output.append(contentsOf: UnsafeBufferPointer(rebasing: $0[body]))
      }
      return
    }
    let body = bodyRange
    output.reserveCapacity(output.count + body.count)
    let outcome: Result<Void, LoneSurrogate> = document.bytes.withUnsafeBufferPointer { source in
      Result { () throws(LoneSurrogate) in
        try JSONUnescape.append(UnsafeBufferPointer(rebasing: source[body]), to: &output)
      }
    }
    try outcome.get()
  }
}
