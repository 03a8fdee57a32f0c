/// The keys of a text's tokens for a model of someone else's: as `TextReading` cuts them, in lower
/// case or, for a model whose words have capitals, as they are.
struct ModelWords {
  private var reading = TextReading()

  /// - Complexity: O(n) in bytes.
  mutating func read(_ text: Span<UInt8>, isCased: Bool) -> [UInt64] {
    reading.read(text)
    var keys = Array(reading.keys)
    guard isCased else { return keys }
    for (index, mark) in reading.marks.enumerated() where mark.kind == .word {
      var key = WordKey.start
      // A word of more bytes than a mark can say is in no model.
      for offset in 0..<Int(mark.length) {
        key = WordKey.adding(text[Int(mark.offset) + offset], to: key)
      }
      keys[index] = key
    }
    return keys
  }
}
