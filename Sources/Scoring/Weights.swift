/// How the score is made of measures.
///
/// ```
/// substance    what raters prefer among responses without harm: a sum of lines over measures
/// detectors    for each kind of harm the logarithm of its odds, another such sum
/// harm         ln Σ e^detector: the odds of any harm; a rising curve makes points of it
/// score        base + substance − harm − refusal − leftovers, 1 to 10
/// ```
///
/// A response without harm is told from another by substance alone; one with harm is not saved by it.
struct Weights: Sendable {
  /// Hundredths of a point.
  let base: Int
  /// Ten-thousandths of a point.
  let substance: Sum
  /// Thousandths of a natural logarithm.
  let detectors: [Detector]
  /// Thousandths of the odds' logarithm to ten-thousandths of a point.
  let harm: Curve
  /// What is told by one measure: ten-thousandths of a point.
  let direct: [Direct]

  struct Direct: Sendable {
    let signal: String
    let term: Term

    init(_ signal: String, _ term: Term) { (self.signal, self.term) = (signal, term) }
  }

  struct Detector: Sendable {
    /// The signal that what it takes away is told under.
    let signal: String
    let sum: Sum

    init(_ signal: String, _ sum: Sum) { (self.signal, self.sum) = (signal, sum) }
  }

  /// Straight lines through a few points, level outside.
  struct Curve: Sendable {
    /// The most points.
    private static let pointMaximum = 16

    /// Ascending; filled up with what no place reaches.
    private var knots: InlineArray<16, Int32> = InlineArray(repeating: .max)
    private var values: InlineArray<16, Int32> = InlineArray(repeating: 0)
    private let count: Int

    init(_ knots: [Int32], _ values: [Int32]) {
      precondition(knots.count == values.count && !knots.isEmpty, "a value for each knot")
      precondition(knots.count <= Self.pointMaximum, "a curve has 16 points at most")
      count = knots.count
      for (index, (knot, value)) in zip(knots, values).enumerated() {
        self.knots[index] = knot
        self.values[index] = value
      }
    }

    /// - Complexity: O(points).
    @inline(__always)
    func value(_ place: Int) -> Int {
      // All are looked at: a branch that depends on the place would be guessed wrong.
      var index = 0
      for knot in 0..<count { index &+= Int(knots[knot]) <= place ? 1 : 0 }
      guard index > 0 else { return Int(values[0]) }
      guard index < count else { return Int(values[count - 1]) }
      let (left, right) = (Int(knots[index - 1]), Int(knots[index]))
      let (low, high) = (Int(values[index - 1]), Int(values[index]))
      return low &+ (high &- low) &* (place &- left) / (right &- left)
    }
  }

  /// What one measure adds.
  struct Term: Sendable {
    let measure: Measure
    let curve: Curve

    init(_ measure: Measure, _ knots: [Int32], _ values: [Int32]) {
      self.measure = measure
      curve = Curve(knots, values)
    }

    /// A measure that is nil adds nothing.
    func value(_ measures: Measures) -> Int { measures[measure].map(curve.value) ?? 0 }
  }

  struct Sum: Sendable {
    let offset: Int
    let terms: [Term]

    init(_ offset: Int, _ terms: [Term]) { (self.offset, self.terms) = (offset, terms) }

    func value(_ measures: Measures) -> Int { evaluate(measures).value }

    /// The sum, and whether any of its measures was there.
    func evaluate(_ measures: Measures) -> (value: Int, isMeasured: Bool) {
      var (sum, isMeasured) = (offset, false)
      for index in terms.indices {
        guard let place = measures[terms[index].measure] else { continue }
        isMeasured = true
        sum += terms[index].curve.value(place)
      }
      return (sum, isMeasured)
    }
  }
}

extension Weights {
  /// What the sums come to for one response: all that is told of it is made of these.
  struct Sums {
    /// Hundredths.
    fileprivate let substance: Int
    /// Of each detector: the logarithm of its odds, nil where it has nothing to say.
    fileprivate var detectors: InlineArray<8, Int?> = InlineArray(repeating: nil)
    /// Of each detector: whether any of its measures was there.
    fileprivate var isMeasured: InlineArray<8, Bool> = InlineArray(repeating: false)
    /// Hundredths.
    fileprivate let direct: Int
  }

  /// - Complexity: O(terms).
  func sums(_ measures: Measures) -> Sums {
    // Not all points can be lost by shortness.
    let substance = min(max(self.substance.value(measures), -8_000), 50_000) / 100
    var sums = Sums(
      substance: substance, direct: direct.reduce(0) { $0 + $1.term.value(measures) / 100 })
    // Without words in the prompt there is nothing that could be missed.
    let isAligned = measures[.subject] != nil
    for index in detectors.indices where isAligned || detectors[index].signal != "alignment" {
      let found = detectors[index].sum.evaluate(measures)
      sums.detectors[index] = found.value
      sums.isMeasured[index] = found.isMeasured
    }
    return sums
  }

  /// The score before it is limited, in hundredths: the sum of the contributions.
  func score(_ sums: Sums) -> Int {
    var total = 0
    for index in detectors.indices {
      total += sums.detectors[index].map(NaturalPower.power) ?? 0
    }
    return base + sums.substance - lost(total) + sums.direct
  }

  /// What harm of such odds takes away: in 2^-16 of the smallest that counts.
  private func lost(_ odds: Int) -> Int {
    harm.value(odds > 0 ? NaturalPower.log(odds) : -20_000) / 100
  }

  /// What each signal adds, in hundredths; what harm takes away is shared out by the odds of each.
  func contributions(_ measures: Measures) -> [(signal: String, points: Int)] {
    let sums = sums(measures)
    var found: [(signal: String, points: Int)] = [("base", base), ("substance", sums.substance)]
    let odds = detectors.indices.map { sums.detectors[$0].map(NaturalPower.power) ?? 0 }
    let total = odds.reduce(0, +)
    let lost = -lost(total)
    var left = lost
    var largest = 0
    for (index, detector) in detectors.enumerated() {
      let share = total > 0 ? lost * (odds[index] >> 8) / max(total >> 8, 1) : 0
      found.append((detector.signal, share))
      left -= share
      if odds[index] > odds[largest] { largest = index }
    }
    found[2 + largest].points += left
    for direct in direct {
      let points = direct.term.value(measures) / 100
      if let index = found.firstIndex(where: { $0.signal == direct.signal }) {
        found[index].points += points
      } else {
        found.append((direct.signal, points))
      }
    }
    return found
  }

  /// The odds of a harm as a signal: 1/(1 + e^(odds − centre)) in ten-thousandths; nil where one would
  /// mean nothing.
  func signal(_ detector: Int, _ sums: Sums) -> Int? {
    guard sums.isMeasured[detector], let odds = sums.detectors[detector] else { return nil }
    let one = NaturalPower.power(0)
    let power = NaturalPower.power(odds - Self.centre)
    return (one >> 12) * Fixed.one / max((one >> 12) + (power >> 12), 1)
  }

  /// The logarithm of the odds at which a signal is one half.
  private static let centre = 1500
}

/// e^x and ln x in integers: thousandths, and 2^-16 of e^-14.
enum NaturalPower {
  /// 2^16/1000/ln 2, in thousandths.
  private static let binary = 94_548
  private static let shift = 20 << 16

  /// e^x, x in thousandths, within ±13,000.
  static func power(_ thousandths: Int) -> Int {
    BinaryPower.power(min(max(thousandths, -13_000), 13_000) * binary / 1000 + shift)
  }

  /// The inverse of `power`, of sums of its results.
  static func log(_ value: Int) -> Int {
    (BinaryPower.log2(max(value, 1 << 16)) - shift) * 1000 / binary
  }
}
