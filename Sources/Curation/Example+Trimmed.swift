package import JSON
package import Trimming

extension Example {
  /// The example in its own shape with edits cut: every byte as it came but the strings concerned.
  /// - Complexity: O(bytes of the example).
  package func trimmed(_ edits: [(field: Int, edits: [TextEdit])]) -> [UInt8] {
    source.replacing(
      edits.compactMap { cut in
        fields[cut.field].sourceRange.map { range in
          (range, Curator.trimmed(self, cut.field, edits) ?? [])
        }
      })
  }
}

extension JSONValue {
  /// The value's bytes with some of its strings replaced by other texts (UTF-8, unescaped).
  /// - Parameter replacements: byte ranges of whole strings in the document, disjoint.
  /// - Complexity: O(bytes + replacements log replacements).
  package func replacing(_ replacements: [(range: Range<Int>, text: [UInt8])]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(byteRange.count)
    var copied = byteRange.lowerBound
    for (range, text) in replacements.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      output.append(contentsOf: document.bytes[copied..<range.lowerBound])
      var writer = JSONWriter()
      writer.string(text.span)
      output.append(contentsOf: writer.take())
      copied = range.upperBound
    }
    output.append(contentsOf: document.bytes[copied..<byteRange.upperBound])
    return output
  }
}
