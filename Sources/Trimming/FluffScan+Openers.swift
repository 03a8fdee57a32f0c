/// Stock sentences at the start.
extension FluffScan {
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
      if !stands(text, index, condition, after: kinds.last) {
        guard isStrayOpener(text, request, index) else { break }
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

  /// Whether an opener can go by what it is. An announcement can after assent on the same line.
  private func stands(
    _ text: Span<UInt8>, _ index: Int, _ condition: PhraseCondition, after last: EditKind?
  ) -> Bool {
    switch condition {
    case .weak: last == .preamble && gap(text, before: index) == .anywhere
    case .stray, .strayAnnouncement: false
    default: true
    }
  }

  private mutating func opener(
    _ text: Span<UInt8>, _ request: Span<UInt8>, _ index: Int, isFirst: Bool
  ) -> (EditKind, PhraseCondition)? {
    let unit = outline.units[index]
    guard unit.kind == .sentence else { return nil }
    if isFirst && isRestatement(text, request, index) { return (.restatement, .delivers) }
    guard knows(book.openers, text, unit) else { return nil }
    let words = SentenceWords(text, unit.start, unit.wordsEnd)
    guard !words.isTooLong, !words.isProtected,
      let entry = book.openers.match(words.hashes, end: unit.mark)
    else { return nil }
    let traits = requestTraits(request)
    let isNamed = traits.has(allOf: words.fragile)
    if isNamed && allows(entry.condition, traits, words) { return (entry.kind, entry.condition) }
    switch entry.condition {
    case .delivers, .weak, .strayAnnouncement: break
    default: if !isNamed { return nil }
    }
    return traits.says(words.hashes) ? nil : (entry.kind, .stray)
  }

  private func allows(
    _ condition: PhraseCondition, _ traits: RequestTraits, _ words: SentenceWords
  ) -> Bool {
    switch condition {
    case .delivers: true
    case .aboutAssistant: !traits.asksAboutAssistant && !traits.asksForSpeech
    default: !traits.says(words.hashes)
    }
  }

  /// Whether an opener that says something is about something else, and the rest does not speak
  /// of it.
  private func isStrayOpener(_ text: Span<UInt8>, _ request: Span<UInt8>, _ index: Int) -> Bool {
    let isAnnouncement = outline.units[index].mark == .colon
    let isPointing = book.pointing.contains(firstWord(text, outline.units[index]))
    let evidence: StrayEvidence =
      !isAnnouncement ? .statement : isPointing ? .announcement : .assent
    guard isStray(text, request, index..<index + 1, evidence) else { return false }
    let next = outline.units[index + 1]
    return isAnnouncement || next.kind == .line
      || !book.referring.contains(firstWord(text, next))
  }

  private mutating func distance(
    _ request: Span<UInt8>, _ kind: EditKind, _ condition: PhraseCondition
  ) -> Distance {
    if condition == .delivers { return .anywhere }
    let traits = requestTraits(request)
    if condition == .stray || condition == .strayAnnouncement { return traits.offers }
    if kind == .greeting { return traits.greetings }
    return condition == .mayAnswer ? traits.assents : traits.offers
  }

  /// Whether the unit opens a letter or a dialogue ("Waiter: …"), so that what stands before it is
  /// no part of that.
  private func isSalutation(_ text: Span<UInt8>, _ index: Int) -> Bool {
    let unit = outline.units[index]
    guard unit.kind == .sentence else { return false }
    if book.salutations.contains(firstWord(text, unit)) { return true }
    var offset = unit.start
    while offset < unit.end, WordHash.isWordByte(text[offset]) { offset += 1 }
    return offset + 1 < unit.end && text[offset] == UInt8(ascii: ":")
      && TextBytes.isWhite(text[offset + 1])
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
}
