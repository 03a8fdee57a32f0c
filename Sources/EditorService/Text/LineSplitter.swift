/// Cuts text into lines as LSP does: after `\n`, `\r\n`, and a `\r` that stands alone. What follows the
/// last end is a line, too, and may be empty.
///
/// `"a\r\nb"` → `"a\r\n"` with 1 byte of content, `"b"` with 1.
enum LineSplitter {
  /// - Complexity: O(bytes).
  static func forEachLine(
    of text: [UInt8], _ body: (_ line: ArraySlice<UInt8>, _ contentCount: Int) -> Void
  ) {
    var start = 0
    var position = 0
    text.withUnsafeBufferPointer { bytes in
      while position < bytes.count {
        let byte = bytes[position]
        guard byte == 0x0A || byte == 0x0D else {
          position += 1
          continue
        }
        let content = position - start
        position += 1
        if byte == 0x0D, position < bytes.count, bytes[position] == 0x0A { position += 1 }
        body(text[start..<position], content)
        start = position
      }
    }
    body(text[start...], text.count - start)
  }
}
