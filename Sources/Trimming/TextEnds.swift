/// White space and template tokens at the ends of a text: the one part that is the same for every
/// role.
struct TextEnds {
  /// Edits at the start, sorted; they end at `start`.
  private(set) var leading: [TextEdit] = []
  /// Edits at the end, sorted; they begin at `end`.
  private(set) var trailing: [TextEdit] = []
  /// What stays: never empty unless the text is.
  private(set) var start = 0
  private(set) var end: Int

  /// A longer row of tokens at one end is left alone: it bounds the work on hostile texts.
  private static let editsMaximum = 64

  /// - Complexity: O(n) in the bytes cut; O(n) in bytes of the text and the request only when a
  ///   template token is found.
  init(_ text: Span<UInt8>, request: Span<UInt8>) {
    end = text.count
    while true {
      let white = Self.leadingWhite(text, start, end)
      if white > start { cutLeading(white, .whitespace) }
      guard leading.count <= Self.editsMaximum,
        let length = Self.tokenAtStart(text, start, end, request)
      else { break }
      cutLeading(start + length, .templateToken)
    }
    while true {
      var index = end
      while index > start && TextBytes.isWhite(text[index - 1]) { index -= 1 }
      if index < end { cutTrailing(index, .whitespace) }
      guard trailing.count <= Self.editsMaximum,
        let length = Self.tokenAtEnd(text, start, end, request)
      else { break }
      cutTrailing(end - length, .templateToken)
    }
    trailing.reverse()
    if leading.count > Self.editsMaximum || trailing.count > Self.editsMaximum { keepAll(text) }
    // A text that is nothing else stays whole.
    let cuts = leading + trailing
    if !cuts.isEmpty && !Self.hasSubstance(text, start, end) {
      if start >= end || cuts.contains(where: { $0.kind == .templateToken }) { keepAll(text) }
    }
  }

  private mutating func keepAll(_ text: Span<UInt8>) {
    leading = []
    trailing = []
    start = 0
    end = text.count
  }

  private mutating func cutLeading(_ to: Int, _ kind: EditKind) {
    leading.append(TextEdit(start: start, end: to, kind: kind))
    start = to
  }

  private mutating func cutTrailing(_ from: Int, _ kind: EditKind) {
    trailing.append(TextEdit(start: from, end: end, kind: kind))
    end = from
  }

  /// The text without white space at its ends.
  static func bare(_ text: Span<UInt8>) -> Range<Int> {
    var start = 0
    var end = text.count
    while start < end && TextBytes.isWhite(text[start]) { start += 1 }
    while end > start && TextBytes.isWhite(text[end - 1]) { end -= 1 }
    return start..<end
  }

  private static func hasSubstance(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    for index in start..<end where TextBytes.isSubstance(text[index]) { return true }
    return false
  }

  /// The offset after leading white space. Where more lines follow, an indentation of the first
  /// line is left: it may be code.
  private static func leadingWhite(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var index = start
    var line = start
    while index < end && TextBytes.isWhite(text[index]) {
      if text[index] == UInt8(ascii: "\n") { line = index + 1 }
      index += 1
    }
    guard index - line >= 2 || (index > line && text[line] == UInt8(ascii: "\t")) else {
      return index
    }
    for following in index..<end where text[following] == UInt8(ascii: "\n") { return line }
    return index
  }
}

extension TextEnds {
  /// Tokens of chat templates that end or begin a turn.
  private static let tokens: [StaticString] = [
    "<|im_end|>", "<|im_start|>", "<|endoftext|>", "<|eot_id|>", "<|end_of_text|>",
    "<|begin_of_text|>", "<|end|>", "<|eom_id|>", "<|assistant|>", "<|user|>", "<end_of_turn>",
    "<start_of_turn>", "<|start_header_id|>", "<eos>", "<bos>", "[INST]", "[/INST]", "<noinput>",
    "<nooutput>",
    "### Response:", "### Instruction:", "### Input:", "### Output:",
  ]
  private static let sentenceTokens: [StaticString] = ["<s>", "</s>"]
  /// Those that a role name follows.
  private static let turnTokens = tokens.filter { token in
    ["<|im_start|>", "<start_of_turn>", "<|start_header_id|>"].contains("\(token)")
  }
  private static let roles: [StaticString] = ["assistant", "user", "system", "model"]
  private static let allTokens = tokens + sentenceTokens

  /// The length of a template token at `start`, if it is stray.
  private static func tokenAtStart(
    _ text: Span<UInt8>, _ start: Int, _ end: Int, _ request: Span<UInt8>
  ) -> Int? {
    guard start < end, opensToken(text[start]) else { return nil }
    for token in allTokens where TextBytes.has(token, text, at: start, end) {
      let length = token.utf8CodeUnitCount
      // "### Input: …" at the start is a heading with its text, "### Response:" never is.
      if text[start] == UInt8(ascii: "#"), !TextBytes.has("### R", text, at: start, end) {
        return nil
      }
      guard isStray(token, text, start + length, end, request) else { return nil }
      return length + roleLength(token, text, start + length, end)
    }
    return nil
  }

  /// The length of the role name that a token introduces: `assistant` of
  /// `<|im_start|>assistant\n`, with the token that closes it if there is one; 0 without one.
  private static func roleLength(
    _ token: StaticString, _ text: Span<UInt8>, _ start: Int, _ end: Int
  ) -> Int {
    guard turnTokens.contains(where: { $0.utf8Start == token.utf8Start }) else { return 0 }
    for role in roles where TextBytes.has(role, text, at: start, end) {
      let after = start + role.utf8CodeUnitCount
      if TextBytes.has("<|end_header_id|>", text, at: after, end) {
        return role.utf8CodeUnitCount + 17
      }
      if after == end || text[after] == UInt8(ascii: "\n") || text[after] == UInt8(ascii: "\r") {
        return role.utf8CodeUnitCount
      }
    }
    return 0
  }

  /// The length of a token with its role name at `end`, the opening of a turn never taken.
  private static func turnAtEnd(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    guard start < end, TextBytes.isLower(text[end - 1]) else { return nil }
    for role in roles {
      let from = end - role.utf8CodeUnitCount
      guard TextBytes.has(role, text, at: from, end) else { continue }
      for token in turnTokens
      where TextBytes.has(token, text, at: from - token.utf8CodeUnitCount, end) {
        return token.utf8CodeUnitCount + role.utf8CodeUnitCount
      }
    }
    return nil
  }

  /// The length of a template token that ends at `end`, if it is stray.
  private static func tokenAtEnd(
    _ text: Span<UInt8>, _ start: Int, _ end: Int, _ request: Span<UInt8>
  ) -> Int? {
    if let length = turnAtEnd(text, start, end), end - length > start {
      return isInFence(text, start, end - length) ? nil : length
    }
    guard start < end, closesToken(text[end - 1]) else { return nil }
    for token in allTokens {
      let length = token.utf8CodeUnitCount
      guard TextBytes.has(token, text, at: end - length, end), end - length > start else {
        continue
      }
      let before = end - length
      guard !isMentioned(text, start, before), !isInFence(text, start, before) else { return nil }
      return isStray(token, text, start, before, request) ? length : nil
    }
    return nil
  }

  private static func opensToken(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "<") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "#")
  }

  private static func closesToken(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ">") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: ":")
  }

  /// "… the end mark is </s>": the token is the last word of a sentence that needs it. A stray
  /// one follows an end mark, a line end, or the last word without a space.
  private static func isMentioned(_ text: Span<UInt8>, _ start: Int, _ before: Int) -> Bool {
    var index = before
    while index > start && TextBytes.isWhite(text[index - 1]) { index -= 1 }
    // "The output is:" announces the token.
    if index > start && text[index - 1] == UInt8(ascii: ":") { return true }
    guard before > start, text[before - 1] == UInt8(ascii: " ") else { return false }
    guard index > start, text[index - 1] < 0x80 else { return false }
    return WordHash.isWordByte(text[index - 1]) || text[index - 1] == UInt8(ascii: ",")
      || text[index - 1] == UInt8(ascii: "=")
  }

  /// Whether a token can be stray: the request does not speak of it, and `<s>` is no mark-up.
  private static func isStray(
    _ token: StaticString, _ text: Span<UInt8>, _ start: Int, _ end: Int, _ request: Span<UInt8>
  ) -> Bool {
    if occurs(token, request, 0, request.count) { return false }
    guard sentenceTokens.contains(where: { $0.utf8Start == token.utf8Start }) else { return true }
    // Struck-through text, or any other mark-up: leave it.
    for index in start..<end
    where text[index] == UInt8(ascii: "<") && index + 1 < end
      && text[index + 1] == UInt8(ascii: "/")
    {
      if !TextBytes.has("</s>", text, at: index, end) { return false }
    }
    return !occurs("<s>", text, start + 1, end)
  }

  private static func occurs(
    _ token: StaticString, _ text: Span<UInt8>, _ start: Int, _ end: Int
  ) -> Bool {
    guard start < end else { return false }
    for index in start..<end where TextBytes.has(token, text, at: index, end) { return true }
    return false
  }

  /// Whether a code fence is open at `end`.
  private static func isInFence(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var isOpen = false
    var index = start
    while index < end {
      var content = index
      while content < end && TextBytes.isBlank(text[content]) { content += 1 }
      var lineEnd = content
      while lineEnd < end && text[lineEnd] != UInt8(ascii: "\n") { lineEnd += 1 }
      if TextBytes.fence(text, content, lineEnd) != 0 { isOpen.toggle() }
      index = lineEnd + 1
    }
    return isOpen
  }
}
