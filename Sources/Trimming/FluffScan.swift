/// Looks for fluff in the units of one assistant text.
///
/// Units are named by their index in the outline. The request is read only when the first stock
/// phrase is met.
struct FluffScan {
  /// A longer row of stock phrases at one end is left alone: it bounds the work on hostile texts.
  static let chainMaximum = 32

  let outline: TextOutline
  private let book: PhraseBook
  private var traits: RequestTraits?

  init(_ outline: TextOutline, _ book: PhraseBook) {
    self.outline = outline
    self.book = book
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
    var needed = Distance.anywhere
    var index = first
    while index + 1 < outline.units.count {
      guard let (kind, condition) = opener(text, request, index, isFirst: index == first) else {
        break
      }
      // An announcement goes only after assent on the same line.
      if condition == .weak {
        guard kinds.last == .preamble, gap(text, before: index) == .anywhere else { break }
      }
      needed = max(needed, distance(request, kind, condition))
      kinds.append(kind)
      index += 1
      guard kinds.count <= Self.chainMaximum else {
        return Head(count: first, first: first, kinds: [])
      }
      // A sentence that may be the answer goes only with another that shows it is none.
      if condition == .mayAnswer && requestTraits(request).asksYesOrNo { continue }
      let gap = gap(text, before: index)
      if standsAlone(text, index)
        && (gap >= needed || (gap >= .line && isSalutation(text, index)))
      {
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
    if isFirst && isRestatement(text, request, index) { return (.restatement, .delivers) }
    guard book.openers.knows(firstWord(text, unit), end: unit.mark) else { return nil }
    let words = SentenceWords(text, unit.start, unit.wordsEnd)
    guard !words.isTooLong, !words.isProtected,
      let entry = book.openers.match(words.hashes, end: unit.mark)
    else { return nil }
    let traits = requestTraits(request)
    guard traits.has(allOf: words.fragile) else { return nil }
    switch entry.condition {
    case .delivers: break
    case .aboutAssistant: if traits.asksAboutAssistant || traits.asksForSpeech { return nil }
    default: if traits.says(words.hashes) { return nil }
    }
    return (entry.kind, entry.condition)
  }

  private mutating func distance(
    _ request: Span<UInt8>, _ kind: EditKind, _ condition: PhraseCondition
  ) -> Distance {
    if condition == .delivers { return .anywhere }
    let traits = requestTraits(request)
    if kind == .greeting { return traits.greetings }
    return condition == .mayAnswer ? traits.assents : traits.offers
  }

  /// Whether the unit opens a letter, so that what stands before it is no part of the letter.
  private func isSalutation(_ text: Span<UInt8>, _ index: Int) -> Bool {
    let unit = outline.units[index]
    return unit.kind == .sentence && Self.salutations.contains(firstWord(text, unit))
  }

  private static let salutations = Set(
    ["dear", "dearest", "subject"].map { WordHash.of($0[...]) })

  /// How far the unit stands from the one before it.
  private func gap(_ text: Span<UInt8>, before index: Int) -> Distance {
    let unit = outline.units[index]
    let previous = outline.units[index - 1]
    if unit.paragraph != previous.paragraph { return .paragraph }
    for offset in previous.end..<unit.start where text[offset] == UInt8(ascii: "\n") {
      return .line
    }
    return .anywhere
  }

  /// Whether the unit says the request again, or its one question, on a line of its own.
  private mutating func isRestatement(
    _ text: Span<UInt8>, _ request: Span<UInt8>, _ index: Int
  ) -> Bool {
    let unit = outline.units[index]
    let count = unit.end - unit.start
    guard unit.mark == .question, count >= 20, request.count >= count - 8 else { return false }
    // Choices to answer from come right below it.
    guard gap(text, before: index + 1) == .paragraph else { return false }
    // Questions and answers in a row are a list.
    for other in outline.units[(index + 1)...] where other.mark == .question { return false }
    let traits = requestTraits(request)
    guard !traits.mayRepeat else { return false }
    let words = SentenceWords(text, unit.start, unit.wordsEnd)
    return !words.isTooLong && traits.isQuestion(words.hashes.filter { $0 != WordHash.comma })
  }

  /// Whether the text can begin with this unit.
  private func standsAlone(_ text: Span<UInt8>, _ index: Int) -> Bool {
    let unit = outline.units[index]
    guard unit.kind == .sentence else { return true }
    let stands = !book.leaning.contains(firstWord(text, unit))
    // On a line of its own, a lower-case word is no half of a sentence: "sin(x)", "leaning".
    if TextBytes.isLower(text[unit.start]) { return stands && gap(text, before: index) >= .line }
    return stands
  }

  /// The hash of the word that the unit begins with, as `SentenceWords` would give it.
  private func firstWord(_ text: Span<UInt8>, _ unit: TextUnit) -> UInt64 {
    var hash = WordHash()
    var index = unit.start
    while index < unit.wordsEnd {
      let byte = text[index]
      if byte == 0xE2, TextBytes.has("\u{2019}", text, at: index, unit.wordsEnd) {
        hash.add(UInt8(ascii: "'"))
        index += 3
        continue
      }
      let joins =
        WordHash.joinsLetters(byte) && index + 1 < unit.wordsEnd
        && WordHash.isWordByte(text[index + 1])
      guard WordHash.isWordByte(byte) || joins else { break }
      hash.add(byte)
      index += 1
    }
    return hash.value
  }

  /// The closers at the end, counted backwards; none before unit `floor`.
  mutating func tail(_ text: Span<UInt8>, _ request: Span<UInt8>, after floor: Int) -> Tail {
    let count = outline.units.count
    var tail = Tail(first: count)
    var hasStrong = false
    var index = count - 1
    while index >= floor, let condition = closer(text, request, index) {
      hasStrong = hasStrong || condition != .weak
      if hasStrong && (index == floor || canEnd(text, request, before: index)) {
        tail.first = index
      }
      index -= 1
      guard count - 1 - index <= Self.chainMaximum else { return Tail(first: count) }
    }
    return tail
  }

  /// Whether the text can end before this unit: what stays does not announce it, and it stands far
  /// enough away.
  private mutating func canEnd(
    _ text: Span<UInt8>, _ request: Span<UInt8>, before index: Int
  ) -> Bool {
    endsClean(text, index - 1)
      && gap(text, before: index) >= requestTraits(request).closings
  }

  private mutating func closer(
    _ text: Span<UInt8>, _ request: Span<UInt8>, _ index: Int
  ) -> PhraseCondition? {
    let unit = outline.units[index]
    guard unit.kind == .sentence, book.closers.knows(firstWord(text, unit), end: unit.mark) else {
      return nil
    }
    let words = SentenceWords(text, unit.start, unit.wordsEnd)
    guard !words.isTooLong, !words.isProtected, !Self.holdsQuotation(text, unit),
      let entry = book.closers.match(words.hashes, end: unit.mark)
    else { return nil }
    let traits = requestTraits(request)
    guard traits.has(allOf: words.fragile) else { return nil }
    if traits.closings == .never || traits.says(words.hashes) { return nil }
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
