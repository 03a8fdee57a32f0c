/// Affinity: how much prompt and response are about the same, seen from afar: the cosine between the
/// sums of the vectors of their tokens (`WordVectors`). It sees that "Paris" answers what asks for a
/// capital, where `Alignment` sees only words that both have.
struct Affinity {
  private var seen = HashBag()
  private let ofPrompt = Scratch<Int32>(filler: 0)
  private let ofResponse = Scratch<Int32>(filler: 0)
  private let part = Scratch<Int16>(filler: 0)
  /// The tokens of a text, and where their vectors are.
  private let tokens = Scratch<UInt32>(filler: 0)
  private let vectors = Scratch<Int>(filler: 0)
  /// So many vectors of bytes that 16 bits hold their sum.
  private static let partCount = 256

  /// Few words are too few to point anywhere: "No, it is not" is not about another subject.
  private static let shortBelow = 6
  private static let shortAtLeast = 3500

  init() {
    ofPrompt.reserve(WordVectors.size)
    ofResponse.reserve(WordVectors.size)
    part.reserve(WordVectors.size)
  }

  /// Nothing is measured where one of the two has no token with a vector.
  ///
  /// - Parameter vocabulary: of the response.
  /// - Complexity: O(n) in tokens of both.
  mutating func measure(
    prompt: TextReading, _ promptBytes: Span<UInt8>, response: TextReading,
    _ responseBytes: Span<UInt8>, _ vocabulary: Vocabulary, into found: inout Measures
  ) {
    sum(prompt, promptBytes, nil, ofPrompt)
    sum(response, responseBytes, vocabulary.distinctStems, ofResponse)
    var (dot, one, two) = (0, 0, 0)
    for place in 0..<WordVectors.size {
      let (a, b) = (Int(ofPrompt[place]), Int(ofResponse[place]))
      dot += a * b
      one += a * a
      two += b * b
    }
    guard one > 0, two > 0 else { return }
    // Square roots of whole numbers below 2^53, cut to whole numbers: the same on every machine.
    let size = Int((Double(one) * 256).squareRoot()) * Int((Double(two) * 256).squareRoot())
    let cosine = dot * Fixed.one / max(size / 256, 1)
    let isShort = response.words + response.numbers < Self.shortBelow
    found[.affinity] = isShort ? max(cosine, Self.shortAtLeast) : cosine
  }

  /// The sum over distinct tokens, at most 2^20 or so in each place.
  ///
  /// - Parameter stems: of the words, each once; nil where nobody has them yet.
  private mutating func sum(
    _ text: TextReading, _ bytes: Span<UInt8>, _ stems: UnsafeBufferPointer<UInt32>?,
    _ total: Scratch<Int32>
  ) {
    let table = WordVectors.table
    for place in 0..<WordVectors.size {
      total[place] = 0
      part[place] = 0
    }
    // In three sweeps, so that the memory answers for many tokens at once.
    let count = collectTokens(of: text, bytes, stems, table)
    for index in 0..<count {
      vectors[index] = WordVectors.offset(tokens[index], in: table)
      WordVectors.prefetch(at: vectors[index], in: table)
    }
    for index in 0..<count {
      let vector = WordVectors.vector(at: vectors[index], in: table)
      let sum = part.base
      for place in 0..<WordVectors.size { sum[place] &+= Int16(vector[place]) }
      if index % Self.partCount == Self.partCount - 1 { flush(total) }
    }
    flush(total)
  }

  /// Puts the distinct tokens of a text into `tokens`; how many there are.
  private mutating func collectTokens(
    of text: TextReading, _ bytes: Span<UInt8>, _ stems: UnsafeBufferPointer<UInt32>?,
    _ table: UnsafeRawPointer
  ) -> Int {
    let most = text.marks.count + 1
    tokens.reserve(most)
    vectors.reserve(most)
    seen.reset(capacity: most)
    var count = 0
    func take(_ token: UInt32) {
      tokens[count] = token
      count += 1
      WordVectors.prefetch(token, in: table)
    }
    if let stems {
      for stem in stems { take(stem) }
    }
    for mark in text.marks where stems == nil || mark.kind != .word {
      guard let key = Self.key(mark, bytes), seen.insert(key) else { continue }
      take(key)
    }
    if text.lines > 1 { take(WordVectors.lines) }
    return count
  }

  @inline(__always)
  private static func key(_ mark: Mark, _ bytes: Span<UInt8>) -> UInt32? {
    switch mark.kind {
    case .word: mark.stem
    case .number: WordVectors.number
    case .sign, .stop: WordVectors.sign(bytes[Int(mark.offset)])
    case .start, .end: nil
    }
  }

  private func flush(_ total: Scratch<Int32>) {
    for place in 0..<WordVectors.size {
      total[place] &+= Int32(part[place])
      part[place] = 0
    }
  }
}
