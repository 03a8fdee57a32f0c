/// What a user's own score looks at: the measures, and the words and word pairs of prompt and response.
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

  private var costs = SentenceCosts()
  private var block: [(index: Int32, weight: Double)] = []
  private var seen = HashBag()

  /// The first feature of each kind: words of the response, of the prompt, then measures.
  static let measuresFrom = 2 * buckets
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
    add(response, responseCosts, from: 0)
    if let prompt { add(prompt, promptCosts, from: Self.buckets) }
    for measure in Measure.allCases {
      guard let value = measures[measure] else { continue }
      let from = Self.measuresFrom + measure.rawValue * Self.knots
      scales.spread(value, of: measure) { knot, share in
        indices.append(Int32(from + knot))
        values.append(share)
      }
    }
  }

  /// Words and pairs, each once, weighed by rarity; the block has the length 1.
  private mutating func add(_ text: TextReading, _ costs: SentenceCosts, from first: Int) {
    block.removeAll(keepingCapacity: true)
    seen.reset(capacity: text.keys.count * 2)
    var square = 0.0
    for index in text.keys.indices {
      let kind = text.marks[index].kind
      guard kind != .start else { continue }
      let cost = costs.unigramCosts[index]
      if kind != .end { put(text.keys[index], cost, first, &square) }
      guard index > 0 else { continue }
      let pair = WordKey.appending(text.keys[index], to: text.keys[index - 1])
      put(pair, (cost + costs.unigramCosts[index - 1]) / 2, first, &square)
    }
    guard square > 0 else { return }
    let length = square.squareRoot()
    for entry in block {
      indices.append(entry.index)
      values.append(Float(entry.weight / length))
    }
  }

  private mutating func put(_ key: UInt64, _ cost: Int, _ first: Int, _ square: inout Double) {
    let hash = WordKey.mixed(key)
    guard seen.insert(UInt32(truncatingIfNeeded: hash)) else { return }
    let weight = Double(cost) / Double(Cost.unit)
    block.append((Int32(first + Int(hash >> UInt64(64 - Self.bucketBits))), weight))
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
