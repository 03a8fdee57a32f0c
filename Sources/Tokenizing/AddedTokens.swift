/// Tokens that are found in a text before the model sees it: special ones, and words that were
/// added to a vocabulary.
struct AddedTokens: Sendable {
  struct Token: Sendable {
    var id: UInt32
    var isWholeWord = false
    var takesSpaceBefore = false
    var takesSpaceAfter = false
  }

  private var trie = ByteTrie(expecting: 64)
  private var tokens: [Token] = []
  /// By byte, whether a token begins with it.
  private var isFirst = [Bool](repeating: false, count: 256)

  var isEmpty: Bool { tokens.isEmpty }

  mutating func insert(_ text: [UInt8], _ token: Token) {
    guard let first = text.first else { return }
    trie.insert(text, value: UInt32(tokens.count))
    tokens.append(token)
    isFirst[Int(first)] = true
  }

  /// A part of a text: a token, or what lies between.
  struct Part {
    let start: Int
    let end: Int
    let id: UInt32?
  }

  /// Appends the parts of a text, leftmost and longest tokens first; none for an empty text.
  ///
  /// - Complexity: O(n · longest token) in bytes.
  func parts(_ text: Span<UInt8>, into parts: inout [Part]) {
    var gap = 0
    var index = 0
    while index < text.count {
      guard isFirst[Int(text[index])], let (value, end) = trie.longest(text, index, text.count)
      else {
        index += 1
        continue
      }
      let token = tokens[Int(value)]
      var (start, stop) = (index, end)
      index = end
      if token.isWholeWord, Self.touchesWord(text, start, stop) { continue }
      if token.takesSpaceBefore { start = TextPattern.beforeSpace(text, gap, start) }
      if token.takesSpaceAfter { stop = TextPattern.afterSpace(text, stop, text.count) }
      if gap < start { parts.append(Part(start: gap, end: start, id: nil)) }
      parts.append(Part(start: start, end: stop, id: token.id))
      gap = stop
      index = stop
    }
    if gap < text.count { parts.append(Part(start: gap, end: text.count, id: nil)) }
  }

  private static func touchesWord(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    if start > 0 {
      let before = Scalars.start(before: start, text)
      if WordCharacters.contains(Scalars.decode(text, before, start).value) { return true }
    }
    return end < text.count
      && WordCharacters.contains(Scalars.decode(text, end, text.count).value)
  }
}
