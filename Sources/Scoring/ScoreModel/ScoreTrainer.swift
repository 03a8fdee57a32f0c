/// Makes a `ScoreModel` from examples that a user holds to be good and others.
package struct ScoreTrainer {
  /// What came of it.
  package struct Report {
    package let good: Int
    package let bad: Int
    /// The probability that a good example scores above a bad one, measured on examples that the
    /// model did not see (five-fold), in thousandths.
    package let auc: Int
  }

  private struct Example {
    let prompt: [UInt8]?
    let response: [UInt8]
    let isGood: Bool
  }

  private static let folds = 5
  /// Weak ones where good and bad are hard to tell apart; the first is where the search begins.
  private static let strengths = [0.015, 0.005, 0.05, 0.2]
  /// What all of a measure counts, where the words of a prompt's first line count 1: measures are many,
  /// and at full size nothing would be left for words to say.
  private static let measureWeights: [Float] = [0.12, 0.2, 0.32]

  private var examples: [Example] = []

  package init() {}

  package mutating func add(prompt: [UInt8]?, response: [UInt8], isGood: Bool) {
    examples.append(Example(prompt: prompt, response: response, isGood: isGood))
  }

  /// Ten of each are the least.
  ///
  /// - Complexity: O(examples × tokens), about a second for ten thousand.
  package func train() throws(ModelError) -> (model: ScoreModel, report: Report) {
    let (found, scales) = features()
    let good = found.reduce(0) { $0 + ($1.isGood ? 1 : 0) }
    let bad = found.count - good
    guard good >= 10, bad >= 10 else {
      throw ModelError(
        "\(good) good and \(bad) bad examples that can be scored; ten of each are the least")
    }
    let folds = Self.fold(found)
    var best = (auc: -1, strength: Self.strengths[0], measureWeight: Float(1), sums: [Double]())
    func look(_ rows: [LinearTrainer.Row], _ strength: Double, _ measureWeight: Float) {
      let sums = Self.crossValidated(rows, folds, strength)
      let auc = Self.auc(rows, sums)
      if auc > best.auc { best = (auc, strength, measureWeight, sums) }
    }
    // One after the other: all pairs of the two take twice the time and find the same.
    for measureWeight in Self.measureWeights {
      look(found.map { Self.weighed($0, measureWeight) }, best.strength, measureWeight)
    }
    let rows = found.map { Self.weighed($0, best.measureWeight) }
    let first = best.strength
    for strength in Self.strengths where strength != first {
      look(rows, strength, best.measureWeight)
    }
    var (weights, offset) = LinearTrainer.train(
      rows, Array(rows.indices), strength: best.strength)
    for index in ScoreFeatures.measuresFrom..<weights.count { weights[index] *= best.measureWeight }
    let (border, spread) = Self.border(rows, best.sums)
    let model = ScoreModel(
      scales: scales, weights: weights, offset: offset - border, pointsPerUnit: 2 / spread)
    return (model, Report(good: good, bad: bad, auc: best.auc))
  }

  private static func weighed(
    _ row: LinearTrainer.Row, _ measureWeight: Float
  ) -> LinearTrainer.Row {
    let values = zip(row.indices, row.values).map { index, value in
      Int(index) < ScoreFeatures.measuresFrom ? value : value * measureWeight
    }
    return LinearTrainer.Row(indices: row.indices, values: values, isGood: row.isGood)
  }

  /// Of the examples that a model is asked about: no empty response, none in another language.
  private func features() -> ([LinearTrainer.Row], MeasureScales) {
    var scorer = Scorer()
    var measures: [Measures] = []
    var scored: [Example] = []
    for example in examples {
      guard let found = scorer.measures(prompt: example.prompt, response: example.response)
      else { continue }
      measures.append(found)
      scored.append(example)
    }
    let scales = MeasureScales(of: measures)
    let rows = scored.compactMap { example in
      scorer.features(prompt: example.prompt, response: example.response, scales: scales)
        .map {
          LinearTrainer.Row(indices: $0.indices, values: $0.values, isGood: example.isGood)
        }
    }
    return (rows, scales)
  }

  /// Good and bad ones dealt out in turn.
  private static func fold(_ rows: [LinearTrainer.Row]) -> [Int] {
    var (good, bad) = (0, 0)
    return rows.map { row in
      if row.isGood {
        good += 1
        return good % folds
      }
      bad += 1
      return bad % folds
    }
  }

  /// What each row gets from a model that did not see its fold.
  private static func crossValidated(
    _ rows: [LinearTrainer.Row], _ foldOf: [Int], _ strength: Double
  ) -> [Double] {
    var sums = [Double](repeating: 0, count: rows.count)
    for fold in 0..<folds {
      let chosen = rows.indices.filter { foldOf[$0] != fold }
      let (weights, offset) = LinearTrainer.train(rows, chosen, strength: strength)
      for index in rows.indices where foldOf[index] == fold {
        sums[index] = LinearTrainer.sum(rows[index], weights, offset)
      }
    }
    return sums
  }

  private static func auc(_ rows: [LinearTrainer.Row], _ sums: [Double]) -> Int {
    let order = rows.indices.sorted { (sums[$0], $0) < (sums[$1], $1) }
    var (bad, above, good) = (0, 0, 0)
    for index in order {
      if rows[index].isGood {
        good += 1
        above += bad
      } else {
        bad += 1
      }
    }
    return good * bad > 0 ? above * 1000 / (good * bad) : 0
  }

  /// The sum at which as large a share of the good ones lies below as of the bad ones above, and how
  /// far from it the upper quartile of the good ones lies.
  private static func border(
    _ rows: [LinearTrainer.Row], _ sums: [Double]
  ) -> (border: Double, spread: Double) {
    let good = rows.indices.filter { rows[$0].isGood }.map { sums[$0] }.sorted()
    let bad = rows.indices.filter { !rows[$0].isGood }.map { sums[$0] }.sorted()
    var border = good[0]
    for (index, sum) in good.enumerated() {
      let badBelow = bad.partitioningIndex { $0 >= sum }
      // Half-way to the next bad one below.
      border = badBelow > 0 ? (sum + bad[badBelow - 1]) / 2 : sum
      if index * bad.count >= (bad.count - badBelow) * good.count { break }
    }
    return (border, max(good[good.count * 3 / 4] - border, 0.05))
  }
}

extension [Double] {
  /// The first index whose element passes, all after it passing, too.
  fileprivate func partitioningIndex(_ passes: (Double) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if passes(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
