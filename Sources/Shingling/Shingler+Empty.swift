extension Shingler {
  /// Whether a text has at least one token: one scalar that is not white space.
  ///
  /// - Parameter text: valid UTF-8.
  /// - Complexity: O(leading white space).
  package static func hasToken(_ text: Span<UInt8>) -> Bool {
    let bytes = text.bytes
    var offset = 0
    while offset < bytes.byteCount {
      let scalar = bytes.scalar(at: offset)
      if !UnicodeTable.pinned[scalar.value].isSpace { return true }
      offset += scalar.size
    }
    return false
  }
}
