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
    /// Ascending.
    private let knots: [Int32]
    private let values: [Int32]

    init(_ knots: [Int32], _ values: [Int32]) {
      precondition(knots.count == values.count && !knots.isEmpty, "a value for each knot")
      (self.knots, self.values) = (knots, values)
    }

    /// - Complexity: O(knots).
    func value(_ place: Int) -> Int {
      var index = 0
      while index < knots.count && Int(knots[index]) <= place { index += 1 }
      guard index > 0 else { return Int(values[0]) }
      guard index < knots.count else { return Int(values[index - 1]) }
      let (left, right) = (Int(knots[index - 1]), Int(knots[index]))
      let (low, high) = (Int(values[index - 1]), Int(values[index]))
      return low + (high - low) * (place - left) / (right - left)
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

    func value(_ measures: Measures) -> Int {
      var sum = offset
      for term in terms { sum += term.value(measures) }
      return sum
    }
  }
}

extension Weights {
  /// What each signal adds, in hundredths; what harm takes away is shared out by the odds of each.
  ///
  /// - Complexity: O(terms).
  func contributions(_ measures: Measures) -> [(signal: String, points: Int)] {
    // Not all points can be lost by shortness.
    let substance = min(max(self.substance.value(measures), -8_000), 50_000) / 100
    var found: [(signal: String, points: Int)] = [("base", base), ("substance", substance)]
    // Odds, in 2^-16 of the smallest that counts.
    var odds: InlineArray<8, Int> = InlineArray(repeating: 0)
    var total = 0
    for (index, detector) in detectors.enumerated() {
      // Without words in the prompt there is nothing that could be missed.
      if detector.signal == "alignment", measures[.subject] == nil { continue }
      odds[index] = NaturalPower.power(detector.sum.value(measures))
      total += odds[index]
    }
    let lost = -harm.value(total > 0 ? NaturalPower.log(total) : -20_000) / 100
    var left = lost
    var largest = 2
    for (index, detector) in detectors.enumerated() {
      let share = total > 0 ? lost * (odds[index] >> 8) / max(total >> 8, 1) : 0
      found.append((detector.signal, share))
      left -= share
      if odds[index] > odds[largest - 2] { largest = index + 2 }
    }
    found[largest].points += left
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

  /// The odds of each harm as signals, in the order of the detectors: 1/(1 + e^(odds − centre)) in
  /// ten-thousandths; nil where one would mean nothing.
  func signals(_ measures: Measures) -> [Int?] {
    detectors.map { detector in
      guard detector.sum.terms.contains(where: { measures[$0.measure] != nil }) else { return nil }
      if detector.signal == "alignment", measures[.subject] == nil { return nil }
      let one = NaturalPower.power(0)
      let odds = NaturalPower.power(detector.sum.value(measures) - Self.centre)
      return (one >> 12) * Fixed.one / max((one >> 12) + (odds >> 12), 1)
    }
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
