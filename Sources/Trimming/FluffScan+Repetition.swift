/// What is said again: the sentence just read, or a paragraph of one line.
extension FluffScan {
  private static let sentenceBytesMinimum = 20
  private static let paragraphBytesMinimum = 60

  /// Sentences said twice in a row, and paragraphs of one line said before, among the units from
  /// `first` to before `last`.
  ///
  /// - Complexity: O(n) in bytes.
  mutating func repetitions(
    _ text: Span<UInt8>, _ request: Span<UInt8>, _ first: Int, _ last: Int
  ) -> [TextEdit] {
    var edits: [TextEdit] = []
    var kept = first
    for index in first..<last where index > first {
      if isSaidAgain(text, kept, index) {
        edits.append(cut(after: index - 1, index))
      } else {
        kept = index
      }
    }
    if edits.isEmpty { edits = paragraphs(text, first, last) }
    guard !edits.isEmpty else { return [] }
    return requestTraits(request).mayRepeat ? [] : edits
  }

  private func cut(after previous: Int, _ index: Int) -> TextEdit {
    TextEdit(
      start: outline.units[previous].end, end: outline.units[index].end, kind: .repetition)
  }

  private func isSaidAgain(_ text: Span<UInt8>, _ kept: Int, _ index: Int) -> Bool {
    let one = outline.units[kept]
    let two = outline.units[index]
    let count = two.end - two.start
    guard count >= Self.sentenceBytesMinimum, one.end - one.start == count else { return false }
    guard isProse(two), isProse(one) else { return false }
    return isEqual(text, one.start, two.start, count) && !hasCode(text, two.start, two.end)
  }

  private func isProse(_ unit: TextUnit) -> Bool {
    unit.kind == .sentence && (unit.mark == .stop || unit.mark == .exclaim)
  }

  private func isEqual(_ text: Span<UInt8>, _ one: Int, _ two: Int, _ count: Int) -> Bool {
    for offset in 0..<count where text[one + offset] != text[two + offset] { return false }
    return true
  }

  /// Signs of code, mark-up or quotation, where saying something again may be meant.
  private func hasCode(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    for index in start..<end {
      switch text[index] {
      case UInt8(ascii: "`"), UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "}"),
        UInt8(ascii: ";"), UInt8(ascii: "="), UInt8(ascii: "<"), UInt8(ascii: ">"),
        UInt8(ascii: "\\"), UInt8(ascii: "$"), UInt8(ascii: "|"):
        return true
      case 0xE2 where TextBytes.has("\u{201C}", text, at: index, end): return true
      default: continue
      }
    }
    return false
  }

  /// Paragraphs of running text on one line that occurred before.
  private func paragraphs(_ text: Span<UInt8>, _ first: Int, _ last: Int) -> [TextEdit] {
    guard first < last, outline.units[last - 1].paragraph > outline.units[first].paragraph else {
      return []
    }
    var seen: [UInt64: Range<Int>] = [:]
    var edits: [TextEdit] = []
    var index = first
    while index < last {
      var next = index + 1
      while next < last && outline.units[next].paragraph == outline.units[index].paragraph {
        next += 1
      }
      // "Or you could …", said after each of several things, is a refrain.
      if let range = singleLine(text, index, next),
        !book.leaning.contains(firstWord(text, outline.units[index]))
      {
        let key = Self.key(text, range)
        if let earlier = seen[key], earlier.count == range.count,
          isEqual(text, earlier.lowerBound, range.lowerBound, range.count), index > first,
          !hasCode(text, range.lowerBound, range.upperBound)
        {
          edits.append(
            TextEdit(
              start: outline.units[index - 1].end, end: range.upperBound, kind: .repetition))
        } else if seen[key] == nil {
          seen[key] = range
        }
      }
      index = next
    }
    return edits
  }

  /// The bytes of a paragraph that is one line of whole sentences, long enough to count.
  private func singleLine(_ text: Span<UInt8>, _ first: Int, _ end: Int) -> Range<Int>? {
    let range = outline.units[first].start..<outline.units[end - 1].end
    guard range.count >= Self.paragraphBytesMinimum, isProse(outline.units[end - 1]) else {
      return nil
    }
    for unit in outline.units[first..<end] where unit.kind != .sentence { return nil }
    let newline = UInt8(ascii: "\n")
    return TextBytes.first(newline, newline, newline, text, range.lowerBound, range.upperBound)
      == range.upperBound ? range : nil
  }

  /// The length and some bytes from all over: paragraphs that differ nowhere in these are compared
  /// with the first of them.
  private static func key(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
    var hash = WordHash()
    for shift in stride(from: 0, to: 32, by: 8) {
      hash.add(UInt8(truncatingIfNeeded: range.count >> shift))
    }
    for index in stride(from: range.lowerBound, to: range.upperBound, by: range.count / 16 + 1) {
      hash.add(text[index])
    }
    return hash.value
  }
}
