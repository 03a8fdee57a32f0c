/// Fluency: whether the bytes read as text. The product of four parts, each 0 to 1:
///
/// - broken encodings and control characters, one in 50 characters is the worst;
/// - letters and digits among what is not white space (code is allowed less);
/// - words that cannot be pronounced (code is allowed more);
/// - the order of function words: "the of", "to was", "a." and a small letter after a full stop
///   are what shuffled words are full of.
enum FluencySignal {
  /// Nil for an empty text.
  ///
  /// - Complexity: O(n) in words.
  static func measure(_ reading: TextReading) -> Int? {
    let scalars = reading.scalars
    guard scalars > 0 else { return nil }
    let isCode = reading.looksLikeCode
    let whole = Fixed.scale(Fixed.share(reading.broken, scalars), worst: 200, best: 0)
    let meaningful = reading.letters + reading.digits + reading.otherScript
    let letters = Fixed.scale(
      Fixed.share(meaningful, scalars), worst: isCode ? 500 : 2000, best: isCode ? 4000 : 6000)
    let speech = Fixed.scale(
      Fixed.share(reading.unpronounceable, reading.words.count), worst: isCode ? 9000 : 4000,
      best: isCode ? 4500 : 600)
    let order = isCode ? Fixed.one : order(reading)
    return whole * letters / Fixed.one * speech / Fixed.one * order / Fixed.one
  }

  /// Impossible neighbours among those where a function word makes the order tell something.
  /// `Fixed.one` where too few were seen.
  private static func order(_ reading: TextReading) -> Int {
    let words = reading.words
    guard words.count >= 8 else { return Fixed.one }
    var seen = 0
    var impossible = 0
    for index in 1..<words.count {
      let first = words[index - 1]
      let second = words[index]
      if second.gap == .stop {
        seen += 1
        if !second.isUpper { impossible += 1 }
        if first.wordClass == .determiner || first.wordClass == .conjunction { impossible += 1 }
        continue
      }
      guard second.gap == .space, first.wordClass.isFunction else { continue }
      seen += 1
      if cannotFollow(first.wordClass, second.wordClass) { impossible += 1 }
    }
    // Unknown words in a row, none of them a function word: a heap of words.
    let functionShare = Fixed.share(reading.functionWords, words.count)
    let heap = words.count >= 20 ? Fixed.scale(functionShare, worst: 200, best: 1200) : Fixed.one
    guard seen >= 4 else { return (heap + Fixed.one) / 2 }
    let fit = Fixed.scale(Fixed.share(impossible, seen + 4), worst: 2600, best: 500)
    return fit * (heap + Fixed.one) / (2 * Fixed.one)
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

extension TextReading {
  /// Characters that are not white space; one for each sign or letter.
  var scalars: Int { letters + digits + symbols + otherScript + signs + broken }

  /// Whether the text is mostly code: a fence, or many signs that prose has few of.
  var looksLikeCode: Bool { fences >= 1 || Fixed.share(codeSigns, scalars) > 500 }
}
