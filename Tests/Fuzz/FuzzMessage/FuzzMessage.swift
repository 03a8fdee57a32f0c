internal import JSON
internal import JSONRPC

/// Bytes as a message: either an error whose place is inside them, or a document whose parts are where
/// it says, and which reads the same when it is parsed again from its own bytes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMessage(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  let root: JSONValue
  do {
    root = try JSONParser().parse(bytes).root
  } catch {
    precondition((0...size).contains(error.offset), "an error outside of the text")
    return 0
  }
  _ = Message(root)
  walk(root)
  for item in root.kind == .array ? Array(root.elements) : [] { _ = Message(item) }
  return 0
}

/// Every value again, from its own bytes alone.
private func walk(_ root: JSONValue) {
  var waiting = [root]
  while let value = waiting.popLast() {
    switch value.kind {
    case .array: waiting.append(contentsOf: value.elements)
    case .object: waiting.append(contentsOf: value.members.map(\.value))
    case .string:
      // Half of a surrogate pair has no UTF-8; everything else has.
      guard let text = try? value.utf8() else { continue }
      precondition(String(validating: text, as: UTF8.self) != nil, "a string that is no UTF-8")
    default: break
    }
    guard value.byteRange.count < 256 else { continue }
    do {
      let again = try JSONParser().parse(Array(value.rawBytes)).root
      precondition(again.kind == value.kind, "another kind of value from the same bytes")
    } catch {
      preconditionFailure("a part of valid JSON that is none")
    }
  }
}
