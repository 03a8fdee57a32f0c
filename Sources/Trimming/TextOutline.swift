/// One anchor of a text: a sentence of running text, or a whole line of anything else.
struct TextUnit {
  enum Kind {
    /// A sentence, or the unfinished rest of a line.
    case sentence
    /// A line that is never cut: code, table, quotation, list, heading, reasoning.
    case line
  }

  let kind: Kind
  /// First byte; of a `line`, its indentation included.
  let start: Int
  /// One past the last byte, end marks and closing emoji included, white space not.
  let end: Int
  /// One past the last byte before the end mark.
  let wordsEnd: Int
  let mark: SentenceEnds
  /// Counts from 0; a blank line begins a new one.
  let paragraph: Int
}

/// A text as units in order. Every unit lies within one line; blank lines lie between units.
struct TextOutline {
  private(set) var units: [TextUnit] = []
  /// Index of the first unit after a leading `<think>` block.
  private(set) var firstAfterReasoning = 0
  /// A reasoning block that does not lead the text or does not end: nothing is safe to cut.
  private(set) var hasStrayReasoning = false
  /// Runs of line ends to shorten, as byte ranges to cut.
  private(set) var padding: [Range<Int>] = []

  private var paragraph = 0
  private var hasFence = false

  /// The outline of `text[start..<end]`, a range without white space at its ends.
  ///
  /// - Complexity: O(n) in bytes.
  init(_ text: Span<UInt8>, _ start: Int, _ end: Int) {
    let newline = UInt8(ascii: "\n")
    units.reserveCapacity((end - start) / 48 + 4)
    var index = start
    var fence: UInt8 = 0
    var isReasoning = Self.opensReasoning(text, start, end)
    var lineEnds = 0
    var secondLineEnd = 0
    while index < end {
      var content = index
      while content < end && TextBytes.isBlank(text[content]) { content += 1 }
      var hasTag = false
      var lineEnd = content
      while true {
        lineEnd = TextBytes.first(newline, UInt8(ascii: "<"), newline, text, lineEnd, end)
        guard lineEnd < end, text[lineEnd] != newline else { break }
        hasTag = true
        lineEnd += 1
      }
      let next = min(lineEnd + 1, end)
      if content >= lineEnd {
        paragraph += 1
        lineEnds += 1
        if lineEnds == 2 { secondLineEnd = next }
        index = next
        continue
      }
      // Four empty lines or more are padding; fewer may be layout.
      let isPadded = lineEnds >= 5 && !isReasoning && units.last?.kind == .sentence
      let before = units.count
      let isFence = TextBytes.fence(text, content, lineEnd)
      if isReasoning {
        line(text, index, lineEnd)
        if Self.closesReasoning(text, content, lineEnd) {
          isReasoning = false
          firstAfterReasoning = units.count
        }
      } else if fence != 0 {
        line(text, index, lineEnd)
        if isFence == fence { fence = 0 }
      } else if isFence != 0 {
        line(text, index, lineEnd)
        fence = isFence
        hasFence = true
      } else {
        if hasTag && Self.mentionsReasoning(text, content, lineEnd) { hasStrayReasoning = true }
        if isRunningText(text, index, content, lineEnd) {
          sentences(text, content, lineEnd)
        } else if lineEnd == end, let item = Self.listItem(text, content, lineEnd) {
          lastItem(text, index, item, lineEnd)
        } else {
          line(text, index, lineEnd)
        }
      }
      // Around lists, drawings and the like it is layout.
      if isPadded && units[before].kind == .sentence { padding.append(secondLineEnd..<index) }
      lineEnds = 1
      index = next
    }
    hasStrayReasoning = hasStrayReasoning || isReasoning
    // Where there is code, empty lines may be part of it.
    if hasFence { padding = [] }
  }

  private mutating func line(_ text: Span<UInt8>, _ start: Int, _ lineEnd: Int) {
    var end = lineEnd
    while end > start && TextBytes.isWhite(text[end - 1]) { end -= 1 }
    units.append(
      TextUnit(
        kind: .line, start: start, end: end, wordsEnd: end, mark: .bare, paragraph: paragraph))
  }

  /// Whether a line is prose: not indented like code, no list, table, quotation or heading.
  private func isRunningText(
    _ text: Span<UInt8>, _ start: Int, _ content: Int, _ lineEnd: Int
  ) -> Bool {
    if content - start >= 4 || (content > start && text[start] == UInt8(ascii: "\t")) {
      return false
    }
    let first = text[content]
    switch first {
    case UInt8(ascii: "|"), UInt8(ascii: ">"), UInt8(ascii: "#"), UInt8(ascii: "-"),
      UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "<"), UInt8(ascii: "{"),
      UInt8(ascii: "["):
      return false
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      var index = content
      while index < lineEnd && text[index] >= 0x30 && text[index] <= 0x39 { index += 1 }
      return index == lineEnd
        || (text[index] != UInt8(ascii: ".") && text[index] != UInt8(ascii: ")"))
    default:
      guard first == 0xE2, content + 2 < lineEnd else { return true }
      // The bullet "•", and what boxes are drawn with.
      let isBullet = text[content + 1] == 0x80 && text[content + 2] == 0xA2
      return !isBullet && !(0x94...0x97).contains(text[content + 1])
    }
  }

  /// The offset after the bullet or number of a list entry, nil if the line is none.
  private static func listItem(_ text: Span<UInt8>, _ content: Int, _ lineEnd: Int) -> Int? {
    var index = content
    while index < lineEnd && text[index] >= 0x30 && text[index] <= 0x39 { index += 1 }
    guard index < lineEnd, index - content <= 3 else { return nil }
    switch text[index] {
    case UInt8(ascii: "."), UInt8(ascii: ")"): guard index > content else { return nil }
    case UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "+"):
      guard index == content else { return nil }
    default: return nil
    }
    guard index + 1 < lineEnd, text[index + 1] == UInt8(ascii: " ") else { return nil }
    return index + 2
  }

  /// The last line of a text that ends in a list: its first sentence is the entry, what follows
  /// may be a closer that was put behind it.
  private mutating func lastItem(
    _ text: Span<UInt8>, _ start: Int, _ item: Int, _ lineEnd: Int
  ) {
    let first = units.count
    sentences(text, item, lineEnd)
    // An entry of white space, where tokens or the like kept it from being cut.
    guard units.count > first else { return line(text, start, lineEnd) }
    let end = units[first].end
    units[first] = TextUnit(
      kind: .line, start: start, end: end, wordsEnd: end, mark: .bare, paragraph: paragraph)
  }

  /// Cuts one line of running text into sentences.
  private mutating func sentences(_ text: Span<UInt8>, _ content: Int, _ lineEnd: Int) {
    var end = lineEnd
    while end > content && TextBytes.isWhite(text[end - 1]) { end -= 1 }
    var start = content
    var index = content
    while index < end {
      index = TextBytes.first(
        UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"), text, index, end)
      guard index < end else { break }
      let mark = TextBytes.mark(text[index])
      let wordsEnd = index
      index = TextBytes.afterMarks(text, index, end)
      let next = TextBytes.afterEmoji(text, index, end)
      guard Self.endsSentence(text, start, wordsEnd, index, next.start, end) else { continue }
      append(start, next.end, wordsEnd, mark)
      start = next.start
      index = next.start
    }
    if start < end {
      let isColon = text[end - 1] == UInt8(ascii: ":")
      append(start, end, isColon ? end - 1 : end, isColon ? .colon : .bare)
    }
  }

  private mutating func append(_ start: Int, _ end: Int, _ wordsEnd: Int, _ mark: SentenceEnds) {
    units.append(
      TextUnit(
        kind: .sentence, start: start, end: end, wordsEnd: wordsEnd, mark: mark,
        paragraph: paragraph))
  }

  /// Whether the mark at `wordsEnd` ends a sentence: white space or the line's end follows, what
  /// comes then is not lower-case, and the full stop does not belong to an abbreviation.
  private static func endsSentence(
    _ text: Span<UInt8>, _ start: Int, _ wordsEnd: Int, _ afterMarks: Int, _ next: Int, _ end: Int
  ) -> Bool {
    if next >= end { return true }
    if next == afterMarks || TextBytes.isLower(text[next]) { return false }
    guard text[wordsEnd] == UInt8(ascii: "."), afterMarks == wordsEnd + 1 else { return true }
    var wordStart = wordsEnd
    while wordStart > start && WordHash.isWordByte(text[wordStart - 1]) { wordStart -= 1 }
    return !TextBytes.isAbbreviation(text, wordStart, wordsEnd)
  }
}

extension TextOutline {
  private static let reasoningTags: [StaticString] = ["<think>", "<thinking>", "<reasoning>"]
  private static let reasoningEnds: [StaticString] = ["</think>", "</thinking>", "</reasoning>"]

  private static func opensReasoning(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard start < end, text[start] == UInt8(ascii: "<") else { return false }
    return reasoningTags.contains { TextBytes.has($0, text, at: start, end) }
  }

  private static func mentionsReasoning(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    for index in start..<end where text[index] == UInt8(ascii: "<") {
      if reasoningTags.contains(where: { TextBytes.has($0, text, at: index, end) }) { return true }
      if reasoningEnds.contains(where: { TextBytes.has($0, text, at: index, end) }) { return true }
    }
    return false
  }

  private static func closesReasoning(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    for index in start..<end where text[index] == UInt8(ascii: "<") {
      if reasoningEnds.contains(where: { TextBytes.has($0, text, at: index, end) }) { return true }
    }
    return false
  }
}
