/// Stock sentences at the end, and passages there that are about something else.
extension FluffScan {
  /// Sentences in a passage at the end.
  private static let passageMaximum = 8
  /// Lines below the greeting at the end of a letter.
  private static let signatureMaximum = 8

  /// The closers at the end, counted backwards; none before unit `floor`.
  mutating func tail(_ text: Span<UInt8>, _ request: Span<UInt8>, after floor: Int) -> Tail {
    let count = outline.units.count
    var tail = Tail(first: count)
    var strong = 0
    var index = count - 1
    while index >= floor {
      let condition = closer(text, request, index)
      var needed = Distance.never
      if let condition, condition != .weak {
        strong += 1
        needed = closings(text, request, index)
      } else if let passage = passage(text, request, floor, to: index) {
        strong += 1
        index = passage.start
        needed = min(closings(text, request, index), passage.needed)
      } else if condition != nil {
        needed = closings(text, request, index)
      } else {
        break
      }
      // Two of them in a row are no accident.
      if strong > 1 { needed = needed.nearer }
      if strong > 0
        && (index == floor || (endsClean(text, index - 1) && gap(text, before: index) >= needed))
      {
        tail.first = index
      }
      index -= 1
      guard count - 1 - index <= Self.chainMaximum else { return Tail(first: count) }
    }
    return tail
  }

  /// How far a closer must stand from the rest. In a letter that has been signed, on a line of its
  /// own below the name.
  private mutating func closings(
    _ text: Span<UInt8>, _ request: Span<UInt8>, _ index: Int
  ) -> Distance {
    let traits = requestTraits(request)
    let distance = traits.closings
    guard distance == .never, !traits.asksForSpeech, index >= 2 else { return distance }
    for sign in max(1, index - Self.signatureMaximum)..<max(2, index - 1) {
      let unit = outline.units[sign]
      if unit.kind == .sentence, text[unit.end - 1] == UInt8(ascii: ","),
        unit.end - unit.start <= 30, gap(text, before: sign) >= .line,
        gap(text, before: sign + 1) >= .line, book.signatures.contains(firstWord(text, unit))
      {
        return .line
      }
    }
    return distance
  }

  private mutating func closer(
    _ text: Span<UInt8>, _ request: Span<UInt8>, _ index: Int
  ) -> PhraseCondition? {
    let unit = outline.units[index]
    guard unit.kind == .sentence, knows(book.closers, text, unit) else {
      return nil
    }
    // The last of several questions is one of those that were asked for.
    if unit.mark == .question, index > 0, outline.units[index - 1].mark == .question { return nil }
    let words = SentenceWords(text, unit.start, unit.wordsEnd)
    guard !words.isTooLong, !words.isProtected, !Self.holdsQuotation(text, unit),
      let entry = book.closers.match(words.hashes, end: unit.mark)
    else { return nil }
    let traits = requestTraits(request)
    guard traits.has(allOf: words.fragile) else { return nil }
    if traits.says(words.hashes) || closings(text, request, index) == .never { return nil }
    return entry.condition
  }

  /// The first unit of a passage that ends with unit `last`, says something, and is about something
  /// else than the rest; nil if there is none. With it, how far it must stand away.
  private mutating func passage(
    _ text: Span<UInt8>, _ request: Span<UInt8>, _ floor: Int, to last: Int
  ) -> (start: Int, needed: Distance)? {
    var index = last
    while index > floor && last - index < Self.passageMaximum {
      let unit = outline.units[index]
      guard unit.kind == .sentence else { return nil }
      if knows(book.passages, text, unit)
        && isPassage(text, request, index..<last + 1)
      {
        return (index, requestTraits(request).closings == .never ? .paragraph : .never)
      }
      guard gap(text, before: index) == .anywhere else { return nil }
      index -= 1
    }
    return nil
  }

  private mutating func isPassage(
    _ text: Span<UInt8>, _ request: Span<UInt8>, _ units: Range<Int>
  ) -> Bool {
    let first = outline.units[units.lowerBound]
    let opening = SentenceWords(text, first.start, first.wordsEnd)
    guard let entry = book.passages.match(opening.hashes, end: first.mark) else { return false }
    let traits = requestTraits(request)
    let gap = gap(text, before: units.lowerBound)
    if traits.closings == .never && gap < .paragraph { return false }
    if traits.says(opening.hashes) { return false }
    // "Overall, its effects …" speaks of what stands before it on the line.
    if gap == .anywhere && opening.hashes.contains(where: book.pronouns.contains) { return false }
    for index in units {
      let unit = outline.units[index]
      let words = SentenceWords(text, unit.start, unit.wordsEnd)
      guard !words.isTooLong, !words.isProtected, !Self.holdsQuotation(text, unit),
        traits.has(allOf: words.fragile)
      else { return false }
    }
    if gap == .anywhere {
      // On the same line it must not be the better part of the answer.
      let start = outline.units[units.lowerBound].start
      let rest = start - outline.units[outline.firstAfterReasoning].start
      if outline.units[units.upperBound - 1].end - start > 3 * rest { return false }
    }
    let isWithin = gap == .anywhere || traits.closings == .never
    let evidence: StrayEvidence =
      switch entry.condition {
      case .strayWish: .assent
      case .straySummary: isWithin ? .summaryWithin : .summary
      default: isWithin ? .reminderWithin : .reminder
      }
    return isStray(text, request, units, evidence)
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
}
