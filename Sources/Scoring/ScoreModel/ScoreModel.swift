/// A score of a user's own taste: a linear model over `ScoreFeatures`, made by `thresher train score`.
///
/// The bytes, little-endian:
///
/// | offset | what |
/// |---|---|
/// | 0 | `THRSC\0\0` and the version, 2 |
/// | 8 | how many features there are, 32 bits; how many have a weight, 32 bits |
/// | 16 | what is added, and points a unit, as 64-bit floats |
/// | 32 | checksum of everything behind it, 64 bits |
/// | 40 | the quantiles of the measures, 32 bits each |
/// | then | number of a feature and its weight as a 32-bit float, ascending |
package struct ScoreModel: Sendable {
  static let magic: UInt64 = 0x0200_0043_5352_4854
  private static let headWords = 5

  let scales: MeasureScales
  let offset: Double
  let pointsPerUnit: Double
  private let weights: [Float]

  init(scales: MeasureScales, weights: [Float], offset: Double, pointsPerUnit: Double) {
    (self.scales, self.weights) = (scales, weights)
    (self.offset, self.pointsPerUnit) = (offset, pointsPerUnit)
  }

  package init(_ bytes: Span<UInt8>) throws(ModelError) {
    func word(_ index: Int) -> UInt64 {
      var value: UInt64 = 0
      for offset in 0..<8 { value |= UInt64(bytes[index * 8 + offset]) << UInt64(8 * offset) }
      return value
    }
    guard bytes.count >= 8, word(0) & 0xFF_FFFF_FFFF == Self.magic & 0xFF_FFFF_FFFF else {
      throw ModelError("it is no model of \"thresher train score\"")
    }
    guard word(0) == Self.magic, bytes.count >= 8 * Self.headWords,
      word(1) & 0xFFFF_FFFF == UInt64(ScoreFeatures.count)
    else { throw ModelError("it is a model of another version of Thresher") }
    let scaleCount = Measure.allCases.count * ScoreFeatures.knots
    let weightCount = Int(word(1) >> 32)
    let start = 8 * Self.headWords
    guard bytes.count == start + 4 * scaleCount + 8 * weightCount,
      Self.checksum(bytes.extracting(start..<bytes.count)) == word(4)
    else { throw ModelError("the model is cut off or damaged") }
    func half(_ offset: Int) -> UInt32 {
      var value: UInt32 = 0
      for byte in 0..<4 { value |= UInt32(bytes[offset + byte]) << UInt32(8 * byte) }
      return value
    }
    var scales: [[Int32]] = []
    for measure in 0..<Measure.allCases.count {
      scales.append(
        (0..<ScoreFeatures.knots).map {
          Int32(bitPattern: half(start + 4 * (measure * ScoreFeatures.knots + $0)))
        })
    }
    var weights = [Float](repeating: 0, count: ScoreFeatures.count)
    for index in 0..<weightCount {
      let place = start + 4 * scaleCount + 8 * index
      let weight = Float(bitPattern: half(place + 4))
      guard Int(half(place)) < weights.count, weight.isFinite else {
        throw ModelError("the model is cut off or damaged")
      }
      weights[Int(half(place))] = weight
    }
    self.weights = weights
    self.scales = MeasureScales(values: scales)
    offset = Double(bitPattern: word(2))
    pointsPerUnit = Double(bitPattern: word(3))
    guard offset.isFinite, pointsPerUnit.isFinite else {
      throw ModelError("the model is cut off or damaged")
    }
  }

  package var bytes: [UInt8] {
    var body: [UInt8] = []
    func append(_ value: UInt32) {
      withUnsafeBytes(of: value.littleEndian) { body.append(contentsOf: $0) }
    }
    for knot in scales.values.joined() { append(UInt32(bitPattern: knot)) }
    var count: UInt64 = 0
    for (index, weight) in weights.enumerated() where weight != 0 {
      append(UInt32(index))
      append(weight.bitPattern)
      count += 1
    }
    var head: [UInt8] = []
    for word in [
      Self.magic, UInt64(ScoreFeatures.count) | count << 32, offset.bitPattern,
      pointsPerUnit.bitPattern, Self.checksum(body.span),
    ] {
      withUnsafeBytes(of: word.littleEndian) { head.append(contentsOf: $0) }
    }
    return head + body
  }

  private static func checksum(_ bytes: Span<UInt8>) -> UInt64 { WordKey.mixed(WordKey.of(bytes)) }

  /// What each signal adds, in hundredths, the base first: a measure under its signal's name, words
  /// under `response_words` and `prompt_words`, the vector of the prompt's first line with the latter.
  func contributions(_ features: ScoreFeatures) -> [(signal: String, points: Int)] {
    var sums = [Double](repeating: 0, count: Self.groups.count)
    for (index, value) in zip(features.indices, features.values) {
      sums[Self.group(Int(index))] += Double(weights[Int(index)]) * Double(value)
    }
    var found = [(signal: "base", points: Self.hundredths(7 + offset * pointsPerUnit))]
    for (name, sum) in zip(Self.groups, sums) where sum != 0 {
      found.append((name, Self.hundredths(sum * pointsPerUnit)))
    }
    return found
  }

  private static func hundredths(_ points: Double) -> Int {
    Int((min(max(points, -1000), 1000) * 100).rounded())
  }

  private static let groups = ["response_words", "prompt_words"] + Measure.signals
  private static let groupOfMeasure = Measure.allCases.map { measure in
    2 + (Measure.signals.firstIndex(of: measure.signal) ?? 0)
  }

  private static func group(_ index: Int) -> Int {
    if index < ScoreFeatures.buckets { return 0 }
    if index < ScoreFeatures.measuresFrom { return 1 }
    return groupOfMeasure[(index - ScoreFeatures.measuresFrom) / ScoreFeatures.knots]
  }
}
