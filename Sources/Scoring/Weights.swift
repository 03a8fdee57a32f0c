internal import CIntrinsics

/// How the score is made of measures.
///
/// ```
/// substance    what raters prefer among responses without harm: a sum of lines over measures
/// detectors    for each kind of harm the logarithm of its odds, another such sum
/// harm         ln Σ e^detector: the odds of any harm; a rising curve makes points of it
/// score        base + substance − harm − refusal − leftovers, 1 to 10
/// ```
///
/// A response without harm is told from another by substance alone; one with harm is not saved by it:
/// the more harm takes away, the less substance can give.
///
/// The same measures, between the same knots, are terms of many sums: where each stands is found once
/// (`Grid`), and every term takes its value from there.
///
/// A class, so that who uses it need not copy it.
final class Weights: Sendable {
  /// Hundredths of a point.
  let base: Int
  /// Thousandths of a natural logarithm.
  let detectors: [Detector]
  /// Thousandths of the odds' logarithm to ten-thousandths of a point.
  private let harm: Curve
  /// What is told by one measure: ten-thousandths of a point.
  private let direct: [Direct]

  /// The substance, then the detectors.
  private let sums: Sums

  init(base: Int, substance: Sum, detectors: [Detector], harm: Curve, direct: [Direct]) {
    precondition(detectors.count <= Found.detectorMaximum, "eight detectors at most")
    self.base = base
    self.detectors = detectors
    self.harm = harm
    self.direct = direct
    sums = Sums([substance] + detectors.map(\.sum))
  }

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
    let knots: [Int32]
    let values: [Int32]
    private let scales: [Int64]

    init(_ knots: [Int32], _ values: [Int32]) {
      precondition(knots.count == values.count && !knots.isEmpty, "a value for each knot")
      precondition(zip(knots, knots.dropFirst()).allSatisfy { $0 < $1 }, "knots ascend")
      (self.knots, self.values, scales) = (knots, values, Place.scales(knots))
    }

    /// - Complexity: O(knots).
    func value(_ value: Int) -> Int {
      let place = Place(value, among: knots.span, scales.span)
      return place.between(values[place.knot], values[min(place.knot + 1, values.count - 1)])
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
    func value(_ measures: borrowing Measures) -> Int { measures[measure].map(curve.value) ?? 0 }
  }

  struct Sum: Sendable {
    let offset: Int
    let terms: [Term]

    init(_ offset: Int, _ terms: [Term]) { (self.offset, self.terms) = (offset, terms) }

    /// The plain twin of what `Sums` finds.
    func value(_ measures: Measures) -> Int {
      terms.reduce(offset) { $0 + $1.value(measures) }
    }
  }
}

/// Between which two knots a value stands, and how far on the way from one to the other in 2^-16.
struct Place: BitwiseCopyable {
  private(set) var knot = 0
  private(set) var share = 0

  init() {}

  /// - Parameters:
  ///   - knots: ascending.
  ///   - scales: for each 2^32 / the distance to the next; 0 for the last.
  /// - Complexity: O(knots): all are looked at, as a branch on the value would be guessed wrong.
  @inline(__always)
  init(_ value: Int, among knots: Span<Int32>, _ scales: Span<Int64>) {
    var passed = 0
    for index in 0..<knots.count { passed &+= Int(knots[unchecked: index]) <= value ? 1 : 0 }
    self.init(value, passed, among: knots, scales)
  }

  /// The same, comparing with all knots at once.
  ///
  /// - Parameter lanes: of `knots`.
  /// - Complexity: O(1).
  @inline(__always)
  init(_ value: Int, among knots: Span<Int32>, _ scales: Span<Int64>, lanes: Span<Int32>) {
    let passed = lanes.withUnsafeBufferPointer {
      thresher_count_up_to($0.baseAddress, Int32(clamping: min(value, Int(Int32.max) &- 1)))
    }
    self.init(value, Int(passed), among: knots, scales)
  }

  /// - Parameter passed: knots that are not above the value.
  @inline(__always)
  private init(_ value: Int, _ passed: Int, among knots: Span<Int32>, _ scales: Span<Int64>) {
    knot = max(passed &- 1, 0)
    let distance = max(value &- Int(knots[unchecked: knot]), 0)
    share = (distance &* Int(scales[unchecked: knot])) >> 16
  }

  static let laneCount = 16

  /// The knots, and what no value reaches behind them.
  static func lanes(_ knots: [Int32]) -> [Int32] {
    precondition(knots.count <= laneCount, "sixteen knots at most")
    return knots + [Int32](repeating: .max, count: laneCount - knots.count)
  }

  /// - Parameters:
  ///   - low: at the knot.
  ///   - high: at the next.
  @inline(__always)
  func between(_ low: Int32, _ high: Int32) -> Int {
    Int(low) &+ ((Int(high) &- Int(low)) &* share &+ 1 << 15) >> 16
  }

  static func scales(_ knots: [Int32]) -> [Int64] {
    zip(knots, knots.dropFirst()).map { (1 << 32) / Int64($1 - $0) } + [0]
  }
}

/// Many sums over the same measures, laid out flat: where a measure stands between its knots is found once,
/// whatever the number of terms that want it.
struct Sums: Sendable {
  /// A measure with knots.
  private struct Grid: Sendable {
    let measure: Measure
    let knots: Range<Int>
  }

  private struct Line: Sendable {
    let grid: Int
    /// Of its first knot.
    let value: Int
  }

  private var grids: [Grid] = []
  private var knots: [Int32] = []
  private var scales: [Int64] = []
  /// Of each grid: `Place.lanes`.
  private var lanes: [Int32] = []
  private var lines: [Line] = []
  /// One more than knots, so that the last has a next.
  private var values: [Int32] = []
  private var sums: [(offset: Int, lines: Range<Int>)] = []

  init(_ sums: [Weights.Sum]) {
    for sum in sums {
      let first = lines.count
      for term in sum.terms {
        lines.append(Line(grid: grid(term), value: values.count))
        values += term.curve.values + term.curve.values.suffix(1)
      }
      self.sums.append((sum.offset, first..<lines.count))
    }
  }

  private mutating func grid(_ term: Weights.Term) -> Int {
    let known = grids.firstIndex { grid in
      grid.measure == term.measure && Array(knots[grid.knots]) == term.curve.knots
    }
    if let known { return known }
    let first = knots.count
    knots += term.curve.knots
    scales += Place.scales(term.curve.knots)
    lanes += Place.lanes(term.curve.knots)
    grids.append(Grid(measure: term.measure, knots: first..<knots.count))
    return grids.count - 1
  }

  /// Calls `body` with each sum, in their order, and whether any of its measures was there.
  ///
  /// - Complexity: O(knots + terms), without allocation.
  @inline(__always)
  func evaluate(
    _ measures: borrowing Measures, _ places: Scratch<MeasurePlace>,
    _ body: (_ sum: Int, _ value: Int, _ isMeasured: Bool) -> Void
  ) {
    places.reserve(grids.count)
    for index in grids.indices {
      let (knots, value) = (grids[index].knots, measures[grids[index].measure])
      places[index] = MeasurePlace(
        place: Place(
          value ?? 0, among: self.knots.span.extracting(knots), scales.span.extracting(knots),
          lanes: lanes.span.extracting(
            Place.laneCount * index..<Place.laneCount * (index + 1))),
        times: value == nil ? 0 : 1)
    }
    for (index, sum) in sums.enumerated() {
      var (value, measured) = (sum.offset, 0)
      for line in sum.lines {
        let found = places[lines[line].grid]
        let knot = lines[line].value + found.place.knot
        value &+= found.place.between(values[knot], values[knot + 1]) &* found.times
        measured |= found.times
      }
      body(index, value, measured != 0)
    }
  }
}

/// Where a measure stands. Nothing branches on one that is not there: it counts 0 times.
struct MeasurePlace: BitwiseCopyable {
  var place = Place()
  var times = 0
}

extension Weights {
  /// What the sums come to for one response: all that is told of it is made of these.
  struct Found {
    static let detectorMaximum = 8

    /// Hundredths.
    fileprivate var substance = 0
    /// Of each detector: the logarithm of its odds, nil where it has nothing to say.
    fileprivate var detectors: InlineArray<8, Int?> = InlineArray(repeating: nil)
    /// Of each detector: whether any of its measures was there.
    fileprivate var isMeasured: InlineArray<8, Bool> = InlineArray(repeating: false)
    /// Hundredths.
    fileprivate var direct = 0
  }

  /// - Parameter places: scratch.
  /// - Complexity: O(terms).
  func find(_ measures: borrowing Measures, _ places: Scratch<MeasurePlace>) -> Found {
    var found = Found()
    for index in direct.indices { found.direct += direct[index].term.value(measures) / 100 }
    // Without words in the prompt there is nothing that could be missed.
    let isAligned = measures[.subject] != nil
    sums.evaluate(measures, places) { sum, value, isMeasured in
      guard sum > 0 else {
        // Not all points can be lost by shortness.
        found.substance = min(max(value, -8_000), 80_000) / 100
        return
      }
      guard isAligned || detectors[sum - 1].signal != "alignment" else { return }
      found.detectors[sum - 1] = value
      found.isMeasured[sum - 1] = isMeasured
    }
    return found
  }

  /// The score before it is limited, in hundredths: the sum of the contributions.
  func score(_ found: Found) -> Int {
    var total = 0
    for index in detectors.indices {
      total += found.detectors[index].map(NaturalPower.power) ?? 0
    }
    let lost = lost(total)
    return base + Self.bounded(found.substance, lost) - lost + found.direct
  }

  /// What substance gives where harm takes so much away.
  private static func bounded(_ substance: Int, _ lost: Int) -> Int {
    min(substance, max(200, 900 - 2 * lost))
  }

  /// What harm of such odds takes away: in 2^-16 of the smallest that counts.
  private func lost(_ odds: Int) -> Int {
    harm.value(odds > 0 ? NaturalPower.log(odds) : -20_000) / 100
  }

  /// What each signal adds, in hundredths; what harm takes away is shared out by the odds of each.
  func contributions(_ measures: Measures) -> [(signal: String, points: Int)] {
    let sums = find(measures, Scratch(filler: MeasurePlace()))
    let odds = detectors.indices.map { sums.detectors[$0].map(NaturalPower.power) ?? 0 }
    let total = odds.reduce(0, +)
    let lost = -lost(total)
    var found: [(signal: String, points: Int)] = [
      ("base", base), ("substance", Self.bounded(sums.substance, -lost)),
    ]
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
  func signal(_ detector: Int, _ found: Found) -> Int? {
    guard found.isMeasured[detector], let odds = found.detectors[detector] else { return nil }
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
