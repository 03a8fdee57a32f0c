/// Fluency: whether the bytes read as text, 0 to 1. The product of four parts, each 0 to 1:
///
/// - broken encodings and control characters, one in 50 characters is the worst;
/// - letters and digits among what is not white space (code is allowed less);
/// - unknown words whose letters do not follow each other as in English (code is allowed more);
/// - the order of words: "the of", "to was", and how much the words before a word help the language
///   model to expect it, which is next to nothing where words are shuffled.
enum Fluency {
  /// Nothing is measured of a text without characters.
  ///
  /// - Complexity: O(n) in tokens, and in letters of unknown words.
  static func measure(
    _ bytes: Span<UInt8>, _ text: TextReading, _ costs: SentenceCosts, into found: inout Measures
  ) {
    guard text.scalars > 0 else { return }
    found[.broken] = Fixed.share(text.broken, text.scalars)
    found[.letters] = Fixed.share(text.letters + text.digits + text.otherScript, text.scalars)
    words(bytes, text, costs, &found)
    neighbours(text, &found)
  }

  private static func words(
    _ bytes: Span<UInt8>, _ text: TextReading, _ costs: SentenceCosts, _ found: inout Measures
  ) {
    var (unknown, strange, saved, spent, tokens) = (0, 0, 0, 0, 0)
    for (index, mark) in text.marks.enumerated() where mark.kind != .start {
      spent += costs.costs[index]
      saved += costs.unigramCosts[index] - costs.costs[index]
      tokens += 1
      guard mark.kind == .word, !costs.isKnown[index] else { continue }
      unknown += 1
      let start = Int(mark.offset)
      let end = min(start + Int(mark.length), bytes.count)
      if EnglishLetters.isStrange(bytes.extracting(start..<end)) { strange += 1 }
    }
    guard tokens > 0 else { return }
    if text.isTelling {
      found[.surprise] = spent / tokens * 1000 / Cost.unit
      found[.gain] = saved / tokens * 1000 / Cost.unit
    }
    guard text.words > 0 else { return }
    found[.unknown] = Fixed.share(unknown, text.words)
    found[.strange] = Fixed.share(strange, text.words)
  }

  /// Of a prompt: how many of its words are unknown.
  static func measure(
    _ text: TextReading, _ costs: SentenceCosts, into found: inout Measures
  ) {
    var unknown = 0
    for (index, mark) in text.marks.enumerated() where mark.kind == .word {
      if !costs.isKnown[index] { unknown += 1 }
    }
    found[.unknown] = Fixed.share(unknown, text.words)
  }

  /// Neighbours among which a function word makes the order tell something.
  private static func neighbours(_ text: TextReading, _ found: inout Measures) {
    guard text.words >= 8 else { return }
    var (seen, impossible, sentences, small) = (0, 0, 0, 0)
    var last = Mark.Kind.start
    var lastClass = WordClass.content
    var hasWord = false
    for mark in text.marks {
      defer {
        last = mark.kind
        lastClass = mark.wordClass
        if mark.kind == .word { hasWord = true }
      }
      if mark.kind == .stop, last == .word {
        seen += 1
        if lastClass == .determiner || lastClass == .conjunction { impossible += 1 }
      }
      guard mark.kind == .word else { continue }
      if last == .stop, hasWord {
        sentences += 1
        if !mark.isUpper { small += 1 }
      }
      guard last == .word, lastClass.isFunction else { continue }
      seen += 1
      if cannotFollow(lastClass, mark.wordClass) { impossible += 1 }
    }
    found[.disorder] = seen >= 4 ? Fixed.share(impossible, seen + 4) : 0
    found[.smallStarts] = Fixed.share(small, sentences + 1)
  }

  private static func cannotFollow(_ first: WordClass, _ second: WordClass) -> Bool {
    switch first {
    case .determiner:
      second == .determiner || second == .preposition || second == .conjunction
        || second == .auxiliary || second == .modal || second == .subject
    case .preposition:
      second == .auxiliary || second == .modal || second == .subject || second == .conjunction
    case .conjunction: second == .conjunction
    case .modal: second == .determiner || second == .preposition || second == .modal
    case .subject: second == .determiner || second == .preposition || second == .subject
    default: false
    }
  }
}
