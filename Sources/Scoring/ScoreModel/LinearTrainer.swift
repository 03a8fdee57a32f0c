/// A linear classifier: support vectors with squared hinge loss, by dual coordinate descent
/// (C.-J. Hsieh et al., "A dual coordinate descent method for large-scale linear SVM", 2008). The rows
/// are gone through in an order that only depends on their number.
struct LinearTrainer {
  struct Row {
    let indices: [Int32]
    let values: [Float]
    let isGood: Bool
  }

  private static let rounds = 12

  /// Weights, and what is added to every sum.
  ///
  /// - Parameters:
  ///   - chosen: the rows to learn from.
  ///   - strength: how much a mistake costs against large weights. Both classes weigh the same.
  /// - Complexity: O(rounds × features that are not 0).
  static func train(
    _ rows: [Row], _ chosen: [Int], strength: Double
  ) -> (weights: [Float], offset: Double) {
    var weights = [Double](repeating: 0, count: ScoreFeatures.count)
    var offset = 0.0
    let good = chosen.reduce(0) { $0 + (rows[$1].isGood ? 1 : 0) }
    let bad = chosen.count - good
    guard good > 0, bad > 0 else { return (weights.map { Float($0) }, 0) }
    let half = Double(chosen.count) / 2
    let diagonals = (
      1 / (2 * strength * half / Double(bad)), 1 / (2 * strength * half / Double(good))
    )
    var multipliers = [Double](repeating: 0, count: chosen.count)
    let squares = chosen.map { row in rows[row].values.reduce(1.0) { $0 + Double($1) * Double($1) }
    }
    var order = Array(chosen.indices)
    var dice: UInt64 = 0x9E37_79B9_7F4A_7C15
    for _ in 0..<rounds {
      for index in stride(from: order.count - 1, to: 0, by: -1) {
        dice = WordKey.mixed(dice &+ 1)
        order.swapAt(index, Int(dice % UInt64(index + 1)))
      }
      for place in order {
        let row = rows[chosen[place]]
        let sign = row.isGood ? 1.0 : -1.0
        let diagonal = row.isGood ? diagonals.1 : diagonals.0
        var sum = offset
        for (index, value) in zip(row.indices, row.values) {
          sum += weights[Int(index)] * Double(value)
        }
        let gradient = sign * sum - 1 + diagonal * multipliers[place]
        let new = max(multipliers[place] - gradient / (squares[place] + diagonal), 0)
        let step = (new - multipliers[place]) * sign
        guard step != 0 else { continue }
        multipliers[place] = new
        offset += step
        for (index, value) in zip(row.indices, row.values) {
          weights[Int(index)] += step * Double(value)
        }
      }
    }
    return (weights.map { Float($0) }, offset)
  }

  static func sum(_ row: Row, _ weights: [Float], _ offset: Double) -> Double {
    var sum = offset
    for (index, value) in zip(row.indices, row.values) {
      sum += Double(weights[Int(index)]) * Double(value)
    }
    return sum
  }
}
