/// Looks for fluff in the units of one assistant text.
///
/// Units are named by their index in the outline. The request is read only when the first stock
/// phrase is met.
struct FluffScan {
  /// A longer row of stock phrases at one end is left alone: it bounds the work on hostile texts.
  static let chainMaximum = 32

  let outline: TextOutline
  let openers: PhraseTable
  let closers: PhraseTable
  let leaning: Set<UInt64>
  private var traits: RequestTraits?

  init(
    outline: TextOutline, openers: PhraseTable, closers: PhraseTable, leaning: Set<UInt64>
  ) {
    self.outline = outline
    self.openers = openers
    self.closers = closers
    self.leaning = leaning
  }

  /// The units at the start that can go.
  struct Head {
    /// One past the last unit to cut: the first that stays.
    var count: Int
    /// The first unit to cut, and why each one is cut.
    var first: Int
    var kinds: [EditKind]
  }

  /// The units at the end that can go: `first` and all after it.
  struct Tail {
    var first: Int
  }

  mutating func requestTraits(_ request: Span<UInt8>) -> RequestTraits {
    if let traits { return traits }
    let read = RequestTraits(request)
    traits = read
    return read
  }

  /// The kinds of the sentences at the start that match, one after another, and with which of
  /// them a cut may end.
  mutating func head(_ text: Span<UInt8>, _ request: Span<UInt8>) -> Head {
    let first = outline.firstAfterReasoning
    var head = Head(count: first, first: first, kinds: [])
    var kinds: [EditKind] = []
    var index = first
    while index + 1 < outline.units.count {
      guard let (kind, condition) = opener(text, request, index, isFirst: index == first) else {
        break
      }
      kinds.append(kind)
      index += 1
      guard kinds.count <= Self.chainMaximum else {
        return Head(count: first, first: first, kinds: [])
      }
      // A sentence that may be the answer goes only with another that shows it is none.
      if condition == .mayAnswer && requestTraits(request).asksYesOrNo { continue }
      if standsAlone(text, index) {
        head.count = index
        head.kinds = kinds
      }
    }
    return head
  }

  private mutating func opener(
    _ text: Span<UInt8>, _ request: Span<UInt8>, _ index: Int, isFirst: Bool
  ) -> (EditKind, PhraseCondition)? {
    let unit = outline.units[index]
    guard unit.kind == .sentence else { return nil }
    if isFirst && isRestatement(text, request, unit) { return (.restatement, .none) }
    guard openers.knows(firstWord(text, unit)) else { return nil }
    let words = SentenceWords(text, unit.start, unit.wordsEnd)
    guard !words.isTooLong, !words.isProtected,
      let entry = openers.match(words.hashes, end: unit.mark)
    else { return nil }
    let traits = requestTraits(request)
    guard traits.has(allOf: words.fragile) else { return nil }
    switch entry.condition {
    case .delivers: break
    case .aboutAssistant: if traits.asksAboutAssistant || traits.asksForVoice { return nil }
    default: if traits.asksForVoice || traits.says(words.hashes) { return nil }
    }
    return (entry.kind, entry.condition)
  }

  /// Whether the unit says the whole request again, word for word, on a line of its own.
  private mutating func isRestatement(
    _ text: Span<UInt8>, _ request: Span<UInt8>, _ unit: TextUnit
  ) -> Bool {
    guard unit.mark == .question, unit.end - unit.start >= 20 else { return false }
    guard request.count >= unit.end - unit.start, request.count <= unit.end - unit.start + 8 else {
      return false
    }
    let asked = TextEnds.bare(request)
    guard asked.count == unit.end - unit.start else { return false }
    for offset in 0..<asked.count
    where request[asked.lowerBound + offset] != text[unit.start + offset] {
      return false
    }
    let traits = requestTraits(request)
    return !traits.asksForVoice && !traits.asksToRepeat
  }

  /// Whether the text can begin with this unit.
  private func standsAlone(_ text: Span<UInt8>, _ index: Int) -> Bool {
    let unit = outline.units[index]
    guard unit.kind == .sentence else { return true }
    if TextBytes.isLower(text[unit.start]) { return false }
    return !leaning.contains(firstWord(text, unit))
  }

  private func firstWord(_ text: Span<UInt8>, _ unit: TextUnit) -> UInt64 {
    var end = unit.start
    while end < unit.wordsEnd {
      let byte = text[end]
      if byte == UInt8(ascii: " ") || byte == UInt8(ascii: ",") { break }
      end += 1
    }
    return SentenceWords(text, unit.start, end).hashes.first ?? 0
  }

  /// The closers at the end, counted backwards; none before unit `floor`.
  mutating func tail(_ text: Span<UInt8>, _ request: Span<UInt8>, after floor: Int) -> Tail {
    let count = outline.units.count
    var tail = Tail(first: count)
    var hasStrong = false
    var index = count - 1
    while index >= floor, let condition = closer(text, request, index) {
      hasStrong = hasStrong || condition != .weak
      if hasStrong && (index == floor || endsClean(text, index - 1)) { tail.first = index }
      index -= 1
      guard count - 1 - index <= Self.chainMaximum else { return Tail(first: count) }
    }
    return tail
  }

  private mutating func closer(
    _ text: Span<UInt8>, _ request: Span<UInt8>, _ index: Int
  ) -> PhraseCondition? {
    let unit = outline.units[index]
    guard unit.kind == .sentence, closers.knows(firstWord(text, unit)) else { return nil }
    let words = SentenceWords(text, unit.start, unit.wordsEnd)
    guard !words.isTooLong, !words.isProtected, words.fragile.isEmpty,
      !Self.holdsQuotation(text, unit),
      let entry = closers.match(words.hashes, end: unit.mark)
    else { return nil }
    let traits = requestTraits(request)
    if traits.asksForVoice || traits.says(words.hashes) { return nil }
    return entry.condition
  }

  /// A quotation mark or bracket among the end marks: the sentence is someone else's.
  private static func holdsQuotation(_ text: Span<UInt8>, _ unit: TextUnit) -> Bool {
    for index in unit.wordsEnd..<unit.end {
      switch text[index] {
      case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: ")"), UInt8(ascii: "]"),
        UInt8(ascii: "*"), UInt8(ascii: "_"):
        return true
      case 0xE2 where TextBytes.has("\u{201D}", text, at: index, unit.end):
        return true
      default: continue
      }
    }
    return false
  }

  /// Whether the text can end with this unit: it does not announce what follows.
  private func endsClean(_ text: Span<UInt8>, _ index: Int) -> Bool {
    let last = text[outline.units[index].end - 1]
    return last != UInt8(ascii: ":") && last != UInt8(ascii: ",")
  }

  /// Whether some unit from `first` to before `last` has a letter or digit.
  func hasSubstance(_ text: Span<UInt8>, from first: Int, to last: Int) -> Bool {
    guard first < last else { return false }
    for unit in outline.units[first..<last] {
      for index in unit.start..<unit.end where TextBytes.isSubstance(text[index]) { return true }
    }
    return false
  }

  /// Each cut sentence with the white space after it.
  func edits(head: Head) -> [TextEdit] {
    head.kinds.enumerated().map { offset, kind in
      let index = head.first + offset
      return TextEdit(
        start: outline.units[index].start, end: outline.units[index + 1].start, kind: kind)
    }
  }

  /// Each cut sentence with the white space before it.
  func edits(tail: Tail) -> [TextEdit] {
    (tail.first..<outline.units.count).map { index in
      TextEdit(
        start: outline.units[index - 1].end, end: outline.units[index].end, kind: .closer)
    }
  }
}
