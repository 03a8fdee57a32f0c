/// How long a response to this prompt usually is, told from words of the prompt: a name in one word,
/// a story in two hundred. A measure only: against it the score can tell a long response from one
/// that had to be long.
///
/// A straight line in the logarithm of the prompt's length and in which of some words come among its
/// first 24, fitted by `Tests/Evaluation/fit_expected_length.py`; the numbers stand in `ExpectedLength+Weights`.
enum ExpectedLength {
  private static let wordsRead = 24
  private static let table = WordPoints(weights)

  /// 1000·log2 of words; and by how much the response, already measured, is longer.
  ///
  /// - Complexity: O(1).
  static func measure(_ prompt: TextReading, into found: inout Measures) {
    guard prompt.words > 0 else { return }
    let length = WholeLog.thousandths(prompt.words + prompt.numbers)
    var sum = base + length * slope / 1000 + max(length - 5000, 0) * slopeOfLong / 1000
    var words = 0
    var seen: InlineArray<24, UInt64> = InlineArray(repeating: 0)
    for (index, mark) in prompt.marks.enumerated() where mark.kind == .word {
      let key = prompt.keys[index]
      guard let points = table.points(key) else {
        words += 1
        if words == wordsRead { break }
        continue
      }
      var isNew = true
      for place in 0..<words where seen[place] == key { isNew = false }
      if isNew { sum += points }
      seen[words] = key
      words += 1
      if words == wordsRead { break }
    }
    let expected = min(max(sum, 0), 12_000)
    found[.expected] = expected
    if let given = found[.length] { found[.excess] = given - expected }
  }
}

/// Numbers for a few words, by open addressing: one probe in the usual case.
struct WordPoints: Sendable {
  private static let mask = 1023
  private var keys = [UInt64](repeating: 0, count: mask + 1)
  private var values = [Int32](repeating: 0, count: mask + 1)

  /// - Parameter text: words and numbers, in turn, parted by white space.
  init(_ text: String) {
    var word: Substring?
    for part in text.split(whereSeparator: \.isWhitespace) {
      guard let key = word.map({ WordKey.of(String($0)) }) else {
        word = part
        continue
      }
      guard let value = Int32(part) else { preconditionFailure("a number after each word") }
      var slot = Int(truncatingIfNeeded: key) & Self.mask
      while keys[slot] != 0 { slot = (slot + 1) & Self.mask }
      keys[slot] = key
      values[slot] = value
      word = nil
    }
  }

  func points(_ key: UInt64) -> Int? {
    var slot = Int(truncatingIfNeeded: key) & Self.mask
    while keys[slot] != 0 {
      if keys[slot] == key { return Int(values[slot]) }
      slot = (slot + 1) & Self.mask
    }
    return nil
  }
}
