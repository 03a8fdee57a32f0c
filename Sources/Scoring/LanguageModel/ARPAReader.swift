/// Reads the ARPA format of KenLM and SRILM.
///
/// ```
/// \data\
/// ngram 1=3
/// ngram 2=1
///
/// \1-grams:
/// -1.2   <unk>   0
/// -99    <s>     -0.3
/// …
/// \2-grams:
/// -0.4   <s> the
///
/// \end\
/// ```
///
/// Each line is log10 of a probability, the words, and log10 of the back-off weight if there is one.
/// An n-gram whose shorter parts were left out by the maker gets them with the probability that
/// backing off gives, so that what the model says does not change.
package struct ARPAReader {
  private var levels: [[LanguageModelWriter.Entry]] = []
  private var places: [[UInt64: Int]] = []
  private var announced: [Int] = []
  private var isCased = false
  private var line = 0

  /// Whether these bytes begin like an ARPA file: with white space and `\data\`.
  package static func recognizes(_ text: Span<UInt8>) -> Bool {
    var index = 0
    while index < text.count && index < 4096 && text[index] <= 0x20 { index += 1 }
    let mark = Array("\\data\\".utf8)
    guard text.count - index >= mark.count else { return false }
    return mark.indices.allSatisfy { text[index + $0] == mark[$0] }
  }

  /// The model in these bytes. An error says the line.
  ///
  /// - Complexity: O(n) in bytes, for orders up to the sixth.
  package static func read(_ text: Span<UInt8>) throws(ModelError) -> LanguageModel {
    var reader = ARPAReader()
    let words = try reader.words(text)
    return try LanguageModel(ModelBytes(words: words), isTrusted: true)
  }

  private mutating func words(_ text: Span<UInt8>) throws(ModelError) -> [UInt64] {
    var section = -1
    var hasEnd = false
    var start = 0
    while start < text.count && !hasEnd {
      var end = start
      while end < text.count && text[end] != 0x0A { end += 1 }
      line += 1
      let range = Self.trimmed(text, start..<end)
      start = end + 1
      guard !range.isEmpty else { continue }
      if text[range.lowerBound] == UInt8(ascii: "\\") {
        hasEnd = try head(Self.string(text, range), &section)
      } else if section == 0 {
        try announce(Self.string(text, range))
      } else if section > 0 {
        try entry(text, range, section)
      }
    }
    guard hasEnd else { throw ModelError("the ARPA file is cut off: \\end\\ is missing") }
    for (index, count) in announced.enumerated() where levels[index].count < count {
      throw ModelError(
        "the ARPA file announces \(count) n-grams of order \(index + 1) and has fewer")
    }
    if places[0][WordKey.unknown] == nil {
      append(.init(key: WordKey.unknown, probability: UInt64(Cost.maximum), backoff: 0), 0)
      levels[0][levels[0].count - 1].backoff = UInt64(Cost.backoffOffset)
    }
    return LanguageModelWriter.write(levels, isCased: isCased, isPacked: false)
  }

  /// A line that begins with a backslash; whether it is the last.
  private mutating func head(_ text: String, _ section: inout Int) throws(ModelError) -> Bool {
    if text == "\\data\\" {
      section = 0
      return false
    }
    if text == "\\end\\" {
      guard section == announced.count, section > 0 else {
        throw fail("\\end\\ comes before all n-grams")
      }
      return true
    }
    guard text.hasSuffix("-grams:"), let order = Int(text.dropFirst().dropLast(7)),
      order == section + 1, order <= announced.count
    else { throw fail("\"\(text)\" is no heading that can stand here") }
    section = order
    return false
  }

  /// `ngram 2=158161`
  private mutating func announce(_ text: String) throws(ModelError) {
    let parts = text.split(separator: " ")
    let numbers = parts.last?.split(separator: "=").map { Int($0) } ?? []
    guard parts.count == 2, parts[0] == "ngram", numbers.count == 2,
      let order = numbers[0], let count = numbers[1], count >= 0, order == announced.count + 1
    else { throw fail("\"ngram ORDER=COUNT\" is expected") }
    guard LanguageModel.orderRange.contains(order) else {
      throw fail("models above order \(LanguageModel.orderRange.upperBound) are not supported")
    }
    announced.append(count)
    levels.append([])
    places.append([:])
    levels[order - 1].reserveCapacity(min(count, text.utf8.count * 1_000_000))
  }

  private mutating func entry(
    _ text: Span<UInt8>, _ range: Range<Int>, _ order: Int
  ) throws(ModelError) {
    var index = range.lowerBound
    guard let probability = Self.number(text, &index, range.upperBound) else {
      throw fail("log10 of a probability is expected")
    }
    var keys: [UInt64] = []
    for _ in 0..<order {
      let word = Self.token(text, &index, range.upperBound)
      guard !word.isEmpty else { throw fail("\(order) words are expected") }
      if order == 1 {
        for position in word where text[position] >= 0x41 && text[position] <= 0x5A {
          isCased = isCased || text[word.lowerBound] != UInt8(ascii: "<")
        }
      }
      keys.append(WordKey.of(text.extracting(word)))
    }
    var backoff = 0.0
    if index < range.upperBound {
      guard let value = Self.number(text, &index, range.upperBound), index >= range.upperBound
      else {
        throw fail("log10 of a back-off weight is expected after \(order) words")
      }
      backoff = value
    }
    try addParts(of: keys)
    let entry = LanguageModelWriter.Entry(
      key: Self.key(keys[...]), probability: Cost.probability(log10: probability),
      backoff: Cost.backoff(log10: backoff))
    guard places[order - 1][entry.key] == nil else { throw fail("this n-gram was there before") }
    append(entry, order - 1)
  }

  private mutating func append(_ entry: LanguageModelWriter.Entry, _ level: Int) {
    places[level][entry.key] = levels[level].count
    levels[level].append(entry)
  }

  private static func key(_ words: ArraySlice<UInt64>) -> UInt64 {
    var words = words
    var key = words.removeFirst()
    for word in words { key = WordKey.appending(word, to: key) }
    return key
  }

  /// The n-gram without its first word and the one without its last, where they are missing.
  private mutating func addParts(of words: [UInt64]) throws(ModelError) {
    guard words.count > 1 else { return }
    let level = words.count - 2
    for part in [words.dropLast(), words.dropFirst()] {
      let key = Self.key(part)
      guard places[level][key] == nil else { continue }
      guard level > 0 else { throw fail("it has a word that is not among the 1-grams") }
      try addParts(of: Array(part))
      let cost = min(max(cost(part), 1), Cost.maximum)
      append(
        .init(key: key, probability: UInt64(cost), backoff: UInt64(Cost.backoffOffset)), level)
    }
  }

  /// By backing off.
  private func cost(_ words: ArraySlice<UInt64>) -> Int {
    if let place = places[words.count - 1][Self.key(words)] {
      return Int(levels[words.count - 1][place].probability)
    }
    guard words.count > 1 else { return Cost.maximum }
    let context = places[words.count - 2][Self.key(words.dropLast())]
    let backoff = context.map { Int(levels[words.count - 2][$0].backoff) - Cost.backoffOffset } ?? 0
    return backoff + cost(words.dropFirst())
  }

  private func fail(_ message: String) -> ModelError { ModelError("line \(line): \(message)") }
}

extension ARPAReader {
  private static func trimmed(_ text: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end && text[start] <= 0x20 { start += 1 }
    while end > start && text[end - 1] <= 0x20 { end -= 1 }
    return start..<end
  }

  private static func string(_ text: Span<UInt8>, _ range: Range<Int>) -> String {
    var bytes: [UInt8] = []
    for index in range.prefix(200) { bytes.append(text[index]) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The next word; words are parted by spaces or a tab.
  private static func token(_ text: Span<UInt8>, _ index: inout Int, _ end: Int) -> Range<Int> {
    let start = index
    while index < end && text[index] != 0x20 && text[index] != 0x09 { index += 1 }
    let word = start..<index
    while index < end && (text[index] == 0x20 || text[index] == 0x09) { index += 1 }
    return word
  }

  /// A decimal number such as `-3.5`, `0` or `-1.2e-05`; nil for anything else.
  private static func number(_ text: Span<UInt8>, _ index: inout Int, _ end: Int) -> Double? {
    let word = string(text, token(text, &index, end))
    guard let value = Double(word), value.isFinite else { return nil }
    return value
  }
}
