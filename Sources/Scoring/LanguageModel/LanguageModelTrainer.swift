/// Makes a `LanguageModel` from texts: interpolated modified Kneser–Ney, see `KneserNey`.
package struct LanguageModelTrainer {
  /// What came of it.
  package struct Report {
    package let tokens: Int
    /// n-grams that were kept, of each order.
    package let counts: [Int]
  }

  package static let orders = 1...6

  private var counter: NGramCounter
  private var reading = TextReading()
  private let prune: [Int]

  /// - Parameters:
  ///   - order: words of the longest n-grams, 1 to 6.
  ///   - prune: for each order the count that is not enough, as in lmplz; the last holds for all
  ///     orders after it. None may be below the one before it, and words are all kept.
  package init(order: Int, prune: [Int]) throws(ModelError) {
    guard Self.orders.contains(order) else { throw ModelError("the order is 1 to 6") }
    guard prune.first == 0, prune.count <= order, prune.allSatisfy({ $0 >= 0 }),
      zip(prune, prune.dropFirst()).allSatisfy({ $0 <= $1 })
    else {
      throw ModelError(
        "the counts to prune begin with 0, never fall, and are no more than \(order)")
    }
    counter = NGramCounter(order: order)
    self.prune = prune + [Int](repeating: prune.last ?? 0, count: order - prune.count)
  }

  /// Counts a text; each of its lines is a sentence.
  ///
  /// - Complexity: O(bytes × order).
  package mutating func add(_ text: Span<UInt8>) {
    reading.read(text)
    var start = 0
    for (index, mark) in reading.marks.enumerated() {
      if mark.kind == .start { start = index + 1 }
      if mark.kind == .end { counter.add(reading.keys[start..<index]) }
    }
  }

  /// The bytes of the model.
  ///
  /// - Parameter isPacked: half the size, costs rounded to 256 values an order.
  package mutating func train(isPacked: Bool) throws(ModelError) -> (bytes: [UInt8], report: Report)
  {
    guard counter.tokens > 0 else { throw ModelError("there are no words to learn from") }
    var model = KneserNey(counter, prune: prune)
    let words = model.words(isPacked: isPacked)
    let made = try LanguageModel(ModelBytes(words: words), isTrusted: true)
    return (
      words.withUnsafeBytes { Array($0) }, Report(tokens: counter.tokens, counts: made.counts)
    )
  }
}
