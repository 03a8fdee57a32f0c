/// Affinity: how much prompt and response are about the same, seen from afar: the cosine between the
/// sums of the vectors of their tokens (`WordVectors`). It sees that "Paris" answers what asks for a
/// capital, where `Alignment` sees only words that both have.
struct Affinity {
  private var seen = HashBag()
  private let ofPrompt = Scratch<Int32>(filler: 0)
  private let ofResponse = Scratch<Int32>(filler: 0)
  private let part = Scratch<Int16>(filler: 0)
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
    seen.reset(capacity: text.marks.count + 1)
    var count = 0
    if let stems {
      for stem in stems { add(stem, table, &count, total) }
    }
    for mark in text.marks where stems == nil || mark.kind != .word {
      guard let key = Self.key(mark, bytes), seen.insert(key) else { continue }
      add(key, table, &count, total)
    }
    if text.lines > 1 { add(WordVectors.lines, table, &count, total) }
    flush(total)
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

  @inline(__always)
  private func add(
    _ key: UInt32, _ table: UnsafeRawPointer, _ count: inout Int, _ total: Scratch<Int32>
  ) {
    guard let vector = WordVectors.vector(key, in: table) else { return }
    let sum = part.base
    for place in 0..<WordVectors.size { sum[place] &+= Int16(vector[place]) }
    count += 1
    if count % Self.partCount == 0 { flush(total) }
  }

  private func flush(_ total: Scratch<Int32>) {
    for place in 0..<WordVectors.size {
      total[place] &+= Int32(part[place])
      part[place] = 0
    }
  }
}
