/// What a user's own score looks at: the measures, and the words and word pairs of prompt and response.
///
/// Words and pairs come in blocks, each of one length (`Block`) whatever the text's: the response; the
/// prompt's first line, which mostly is the instruction; the lines below it, mostly what it is about;
/// and, for each of `crossed`, the words of the first line together with the third of the examples
/// that the response is in by that measure: who likes poems long may like summaries short. What the
/// first line is about is there once more as the direction of the sum of its words' vectors.
///
/// Doubles, but only sums, products, quotients and square roots, which IEEE 754 defines to the last
/// bit, in the order that is written here: the same on every machine.
struct ScoreFeatures {
  /// Buckets for hashed words and pairs.
  static let bucketBits = 17
  static let buckets = 1 << bucketBits
  /// Straight lines between so many quantiles a measure.
  static let knots = 7

  /// Features that are not 0: which, and how much.
  private(set) var indices: [Int32] = []
  private(set) var values: [Float] = []

  /// What a response is sorted into thirds by.
  private static let crossed: [Measure] = [.length, .surprise]

  /// Words that are counted together.
  private struct Block {
    /// Its first bucket.
    let first: Int
    /// Tells blocks apart that share buckets.
    let salt: UInt64
    /// Its length: how much it counts against other blocks. By trial on ratings of Alpaca.
    let length: Double
    let hasPairs: Bool

    static let response = Block(first: 0, salt: 0, length: 1.5, hasPairs: true)
    static let firstLine = Block(first: buckets, salt: 0, length: 1, hasPairs: true)
    static let otherLines = Block(first: buckets, salt: 1, length: 0.8, hasPairs: true)

    static func crossed(_ number: Int, third: Int) -> Block {
      Block(first: buckets, salt: UInt64(2 + 3 * number + third), length: 0.8, hasPairs: false)
    }
  }

  /// How much the vector counts where the words that it is made of count 1.
  private static let vectorLength = 0.4

  private var entries: [(index: Int32, weight: Double)] = []
  private var seen = HashBag()

  /// The first feature of each kind: words of the response, of the prompt, the vector of its first line,
  /// then measures.
  static let vectorFrom = 2 * buckets
  static let measuresFrom = vectorFrom + WordVectors.size
  static let count = measuresFrom + Measure.allCases.count * knots

  /// Of one example. `scales` are the quantiles of the measures, see `MeasureScales`.
  ///
  /// - Complexity: O(n) in tokens of both.
  mutating func make(
    prompt: TextReading?, promptCosts: SentenceCosts, response: TextReading,
    responseCosts: SentenceCosts, measures: Measures, scales: MeasureScales
  ) {
    indices.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    add(.response, response, responseCosts, response.keys.indices)
    if let prompt { add(prompt, promptCosts, measures, scales) }
    for measure in Measure.allCases {
      guard let value = measures[measure] else { continue }
      let from = Self.measuresFrom + measure.rawValue * Self.knots
      scales.spread(value, of: measure) { knot, share in
        indices.append(Int32(from + knot))
        values.append(share)
      }
    }
  }

  private mutating func add(
    _ prompt: TextReading, _ costs: SentenceCosts, _ measures: Measures, _ scales: MeasureScales
  ) {
    let border = prompt.marks.firstIndex { $0.kind == .end }.map { $0 + 1 } ?? 0
    add(.firstLine, prompt, costs, 0..<border)
    add(.otherLines, prompt, costs, border..<prompt.marks.count)
    addVector(prompt, 0..<border)
    for (number, measure) in Self.crossed.enumerated() {
      guard let value = measures[measure] else { continue }
      let third = scales.third(value, of: measure)
      add(.crossed(number, third: third), prompt, costs, 0..<border)
    }
  }

  private mutating func addVector(_ text: TextReading, _ tokens: Range<Int>) {
    let table = WordVectors.table
    var sums: InlineArray<32, Int> = InlineArray(repeating: 0)
    seen.reset(capacity: tokens.count)
    for mark in text.marks[tokens] where mark.kind == .word || mark.kind == .number {
      let key = mark.kind == .word ? mark.stem : WordVectors.number
      guard seen.insert(key) else { continue }
      let vector = WordVectors.vector(at: WordVectors.offset(key, in: table), in: table)
      for place in sums.indices { sums[place] += Int(vector[place]) }
    }
    let square = sums.indices.reduce(0) { $0 + sums[$1] * sums[$1] }
    guard square > 0 else { return }
    let scale = Self.vectorLength / Double(square).squareRoot()
    for place in sums.indices where sums[place] != 0 {
      indices.append(Int32(Self.vectorFrom + place))
      values.append(Float(Double(sums[place]) * scale))
    }
  }

  /// Words and pairs of some tokens, each once, weighed by rarity.
  private mutating func add(
    _ block: Block, _ text: TextReading, _ costs: SentenceCosts, _ tokens: Range<Int>
  ) {
    entries.removeAll(keepingCapacity: true)
    seen.reset(capacity: tokens.count * 2)
    var square = 0.0
    for index in tokens {
      let kind = text.marks[index].kind
      guard kind != .start else { continue }
      let cost = costs.unigramCosts[index]
      if kind != .end { put(text.keys[index], cost, block, &square) }
      guard block.hasPairs, index > tokens.lowerBound else { continue }
      let pair = WordKey.appending(text.keys[index], to: text.keys[index - 1])
      put(pair, (cost + costs.unigramCosts[index - 1]) / 2, block, &square)
    }
    guard square > 0 else { return }
    let scale = block.length / square.squareRoot()
    for entry in entries {
      indices.append(entry.index)
      values.append(Float(entry.weight * scale))
    }
  }

  private mutating func put(_ key: UInt64, _ cost: Int, _ block: Block, _ square: inout Double) {
    let hash = WordKey.mixed(key &+ block.salt)
    guard seen.insert(UInt32(truncatingIfNeeded: hash)) else { return }
    let weight = Double(cost) / Double(Cost.unit)
    let bucket = Int(hash >> UInt64(64 - Self.bucketBits))
    entries.append((Int32(block.first + bucket), weight))
    square += weight * weight
  }
}

/// Quantiles of each measure over the examples that a model was taught with.
struct MeasureScales: Equatable {
  /// For each measure `ScoreFeatures.knots` ascending values.
  private(set) var values: [[Int32]]

  init(values: [[Int32]]) { self.values = values }

  init(of rows: [Measures]) {
    values = Measure.allCases.map { measure in
      let sorted = rows.compactMap { $0[measure] }.sorted()
      guard !sorted.isEmpty else { return [Int32](repeating: 0, count: ScoreFeatures.knots) }
      return (0..<ScoreFeatures.knots).map { knot in
        Int32(sorted[(sorted.count - 1) * (2 * knot + 1) / (2 * ScoreFeatures.knots)])
      }
    }
  }

  /// Which third of the examples a value is in, or nearly: 0, 1 or 2.
  func third(_ value: Int, of measure: Measure) -> Int {
    let knots = values[measure.rawValue]
    if value < knots[knots.count / 3] { return 0 }
    return value < knots[knots.count - 1 - knots.count / 3] ? 1 : 2
  }

  /// Gives a value to the two knots around it, by nearness; beyond the ends to the end.
  func spread(_ value: Int, of measure: Measure, _ give: (Int, Float) -> Void) {
    let knots = values[measure.rawValue]
    var index = 0
    while index < knots.count && Int(knots[index]) <= value { index += 1 }
    guard index > 0 else { return give(0, 1) }
    guard index < knots.count else { return give(knots.count - 1, 1) }
    let (left, right) = (Int(knots[index - 1]), Int(knots[index]))
    let share = Float(value - left) / Float(right - left)
    give(index - 1, 1 - share)
    give(index, share)
  }
}
