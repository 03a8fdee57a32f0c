/// Costs of texts for those who compare models: tests, benchmarks, `train lm`.
package struct ModelText {
  private let model: LanguageModel
  private var costs = SentenceCosts()
  private var keys: [UInt64] = []
  private static let keysMaximum = 4096

  package init(_ model: LanguageModel) { self.model = model }

  /// The sum of log10 over all lines, the number of words, ends of lines among them, and of words
  /// that the model lacks. A word is what stands between blanks, as it is; a line is a sentence.
  ///
  /// - Parameter each: log10 of each word; nil after the end of a line.
  /// - Complexity: O(n) in bytes.
  package mutating func measure(
    _ text: Span<UInt8>, each: ((Double?) -> Void)? = nil
  ) -> (log10: Double, tokens: Int, unknown: Int) {
    var (sum, tokens, unknown) = (0, 0, 0)
    var index = 0
    while index < text.count {
      keys.removeAll(keepingCapacity: true)
      while index < text.count && keys.count < Self.keysMaximum { index = readLine(text, index) }
      costs.measure(keys, with: model)
      for position in keys.indices where keys[position] != WordKey.sentenceStart {
        sum += costs.costs[position]
        tokens += 1
        if !costs.isKnown[position] { unknown += 1 }
        each?(Cost.log10(costs.costs[position]))
        if keys[position] == WordKey.sentenceEnd { each?(nil) }
      }
    }
    return (Cost.log10(sum), tokens, unknown)
  }

  /// Puts the words of a line behind `keys`; returns the offset after its end.
  private mutating func readLine(_ text: Span<UInt8>, _ start: Int) -> Int {
    keys.append(WordKey.sentenceStart)
    var key = WordKey.start
    var hasWord = false
    var index = start
    while index < text.count && text[index] != 0x0A {
      let byte = text[index]
      if byte > 0x20 {
        key = WordKey.adding(byte, to: key)
        hasWord = true
      } else if hasWord {
        keys.append(key)
        key = WordKey.start
        hasWord = false
      }
      index += 1
    }
    if hasWord { keys.append(key) }
    keys.append(WordKey.sentenceEnd)
    return index + 1
  }
}

extension LanguageModel {
  /// A model from the bytes of a file: our own format, or ARPA.
  package init(file bytes: ModelBytes) throws(ModelError) {
    let span = bytes.raw.bindMemory(to: UInt8.self).span
    if ARPAReader.recognizes(span) {
      self = try ARPAReader.read(span)
    } else {
      try self.init(bytes)
    }
  }
}
