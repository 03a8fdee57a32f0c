internal import Glibc

/// The validating walk over stage 1's offsets: checks the grammar, writes the nodes.
///
/// Stage 1 gives the offset of every `{}[]:,`, of every opening quote and of the first byte of
/// every other scalar. So a string's closing quote is the last byte that is not white space before
/// the next offset, and a scalar must end where white space or the next offset begins.
struct JSONWalk {
  let source: UnsafeBufferPointer<UInt8>
  let offsets: UnsafeBufferPointer<UInt32>
  let depthLimit: Int
  private var cursor = 0
  /// Node indices of the containers that are open.
  private var open: [Int32] = []

  init(
    source: UnsafeBufferPointer<UInt8>, offsets: UnsafeBufferPointer<UInt32>, depthLimit: Int
  ) {
    self.source = source
    self.offsets = offsets
    self.depthLimit = depthLimit
  }

  /// What the grammar allows next.
  private enum Expectation { case value, valueOrEnd, key, keyOrEnd, colon, commaOrEnd, nothing }

  /// - Complexity: O(bytes) time; one node a value.
  mutating func run(into nodes: inout [Node]) throws(JSONError) {
    var expected = Expectation.value
    while cursor < offsets.count {
      let offset = Int(offsets[cursor])
      let byte = source[offset]
      cursor += 1
      switch expected {
      case .value, .valueOrEnd:
        if byte == UInt8(ascii: "]"), expected == .valueOrEnd {
          expected = close(at: offset, &nodes)
        } else {
          expected = try value(byte, at: offset, &nodes)
        }
      case .key, .keyOrEnd:
        if byte == UInt8(ascii: "\"") {
          nodes.append(try string(at: offset, next: nodes.count + 1))
          expected = .colon
        } else if byte == UInt8(ascii: "}"), expected == .keyOrEnd {
          expected = close(at: offset, &nodes)
        } else {
          throw JSONError(.expectedKey, at: offset)
        }
      case .colon:
        guard byte == UInt8(ascii: ":") else { throw JSONError(.expectedColon, at: offset) }
        expected = .value
      case .commaOrEnd:
        let isObject = nodes[Int(open[open.count - 1])].kind == .object
        if byte == UInt8(ascii: ",") {
          expected = isObject ? .key : .value
        } else if byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
          expected = close(at: offset, &nodes)
        } else {
          throw JSONError(.expectedCommaOrEnd, at: offset)
        }
      case .nothing:
        throw JSONError(.trailingBytes, at: offset)
      }
    }
    guard expected == .nothing else { throw JSONError(.incomplete, at: source.count) }
  }

  private mutating func value(
    _ byte: UInt8, at offset: Int, _ nodes: inout [Node]
  ) throws(JSONError) -> Expectation {
    switch byte {
    case UInt8(ascii: "\""):
      nodes.append(try string(at: offset, next: nodes.count + 1))
      return afterValue
    case UInt8(ascii: "{"):
      try begin(.object, at: offset, &nodes)
      return .keyOrEnd
    case UInt8(ascii: "["):
      try begin(.array, at: offset, &nodes)
      return .valueOrEnd
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      let end = try numberEnd(from: offset)
      nodes.append(node(.number, offset, end, next: nodes.count + 1))
      return afterValue
    case UInt8(ascii: "t"): return try literal("true", .true, at: offset, &nodes)
    case UInt8(ascii: "f"): return try literal("false", .false, at: offset, &nodes)
    case UInt8(ascii: "n"): return try literal("null", .null, at: offset, &nodes)
    case 0xEF where offset == 0 && source.count > 2 && source[1] == 0xBB && source[2] == 0xBF:
      throw JSONError(.byteOrderMark, at: 0)
    default:
      throw JSONError(.expectedValue, at: offset)
    }
  }

  private var afterValue: Expectation { open.isEmpty ? .nothing : .commaOrEnd }

  private mutating func begin(
    _ kind: JSONKind, at offset: Int, _ nodes: inout [Node]
  ) throws(JSONError) {
    guard open.count < depthLimit else { throw JSONError(.tooDeep, at: offset) }
    open.append(Int32(nodes.count))
    nodes.append(node(kind, offset, offset, next: 0))
  }

  private mutating func close(at offset: Int, _ nodes: inout [Node]) -> Expectation {
    let index = Int(open.removeLast())
    nodes[index].end = UInt32(offset + 1)
    nodes[index].next = UInt32(nodes.count)
    return afterValue
  }

  private func node(_ kind: JSONKind, _ start: Int, _ end: Int, next: Int) -> Node {
    Node(
      start: UInt32(start), end: UInt32(end), next: UInt32(next), kind: kind, isEscaped: false)
  }

  // MARK: Scalars

  private func string(at offset: Int, next: Int) throws(JSONError) -> Node {
    var last = (cursor < offsets.count ? Int(offsets[cursor]) : source.count) - 1
    while isWhiteSpace(source[last]) { last -= 1 }
    guard last > offset, source[last] == UInt8(ascii: "\"") else {
      throw JSONError(.unclosedString, at: offset)
    }
    var node = node(.string, offset, last + 1, next: next)
    node.isEscaped = try checkEscapes(offset + 1, last)
    return node
  }

  /// Whether the string body `source[start ..< end]` has escapes, all of which must be valid.
  private func checkEscapes(_ start: Int, _ end: Int) throws(JSONError) -> Bool {
    guard let base = source.baseAddress else { return false }
    var position = start
    var isEscaped = false
    while position < end,
      let found = memchr(base + position, Int32(UInt8(ascii: "\\")), end - position)
    {
      isEscaped = true
      let escape = UnsafeRawPointer(found) - UnsafeRawPointer(base)
      // The byte after a backslash is inside the string: a closing quote is not escaped.
      switch source[escape + 1] {
      case UInt8(ascii: "n"), UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"),
        UInt8(ascii: "t"), UInt8(ascii: "r"), UInt8(ascii: "b"), UInt8(ascii: "f"):
        position = escape + 2
      case UInt8(ascii: "u"):
        guard escape + 6 <= end, (2..<6).allSatisfy({ isHexDigit(source[escape + $0]) }) else {
          throw JSONError(.invalidEscape, at: escape)
        }
        position = escape + 6
      default:
        throw JSONError(.invalidEscape, at: escape)
      }
    }
    return isEscaped
  }

  private func literal(
    _ text: StaticString, _ kind: JSONKind, at offset: Int, _ nodes: inout [Node]
  ) throws(JSONError) -> Expectation {
    let end = offset + text.utf8CodeUnitCount
    guard end <= source.count, let base = source.baseAddress,
      memcmp(base + offset, text.utf8Start, text.utf8CodeUnitCount) == 0, isBoundary(end)
    else { throw JSONError(.invalidLiteral, at: offset) }
    nodes.append(node(kind, offset, end, next: nodes.count + 1))
    return afterValue
  }

  /// RFC 8259: `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
  private func numberEnd(from offset: Int) throws(JSONError) -> Int {
    var position = offset
    func digits() -> Int {
      let start = position
      while position < source.count, isDigit(source[position]) { position += 1 }
      return position - start
    }
    func accept(_ first: UInt8, _ second: UInt8) -> Bool {
      guard position < source.count, source[position] == first || source[position] == second
      else { return false }
      position += 1
      return true
    }
    _ = accept(UInt8(ascii: "-"), UInt8(ascii: "-"))
    let integerStart = position
    let integerCount = digits()
    guard integerCount == 1 || (integerCount > 1 && source[integerStart] != UInt8(ascii: "0"))
    else { throw JSONError(.invalidNumber, at: offset) }
    if accept(UInt8(ascii: "."), UInt8(ascii: ".")), digits() == 0 {
      throw JSONError(.invalidNumber, at: offset)
    }
    if accept(UInt8(ascii: "e"), UInt8(ascii: "E")) {
      _ = accept(UInt8(ascii: "+"), UInt8(ascii: "-"))
      if digits() == 0 { throw JSONError(.invalidNumber, at: offset) }
    }
    guard isBoundary(position) else { throw JSONError(.invalidNumber, at: offset) }
    return position
  }

  /// Whether a number or literal may end before `position`.
  private func isBoundary(_ position: Int) -> Bool {
    guard position < source.count else { return true }
    switch source[position] {
    case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ":"): return true
    case let byte: return isWhiteSpace(byte)
    }
  }
}

func isWhiteSpace(_ byte: UInt8) -> Bool {
  byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
}

func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

func isHexDigit(_ byte: UInt8) -> Bool {
  isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 6
}
