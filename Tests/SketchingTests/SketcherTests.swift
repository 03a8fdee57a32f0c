import Shingling
import Sketching
import Testing

struct SketcherTests {
  private let banding: Banding
  private let sampleBanding: Banding
  private let trials = _isDebugAssertConfiguration() ? 400 : 4_000

  init() throws {
    banding = try #require(Banding(bands: 21, rows: 6))
    sampleBanding = try #require(Banding(bands: 8, rows: 3))
  }

  /// On sets smaller than the signature the root mean square error is about 0.7 of √(J(1−J)/k),
  /// that of classic MinHash, and there is no bias.
  @Test(arguments: [10, 25, 50, 100])
  func `the estimate has half the variance of MinHash on small sets`(union: Int) {
    var sketcher = Sketcher(banding: banding, ofSamples: sampleBanding, key: .published)
    var random = SplitMix(seed: UInt64(union))
    let (slots, intersection) = (Double(banding.slots), union * 4 / 5)
    let jaccard = Double(intersection) / Double(union)
    var (sum, squares) = (0.0, 0.0)
    for _ in 0..<trials {
      let pair = RandomPair(intersection: intersection, union: union, using: &random)
      let a = sketcher.signature(of: pair.a)
      let error = Double(a.agreeing(with: sketcher.signature(of: pair.b))) / slots - jaccard
      sum += error
      squares += error * error
    }
    let classic = jaccard * (1 - jaccard) / slots
    let ratio = (squares / Double(trials) / classic).squareRoot()
    #expect(ratio > 0.6 && ratio < 0.82, "\(ratio)")
    let standardError = (classic / Double(trials)).squareRoot()
    #expect(abs(sum) / Double(trials) < 4 * standardError)
  }

  @Test func `pairs share a band key as often as the S-curve says`() {
    var sketcher = Sketcher(banding: banding, ofSamples: sampleBanding, key: .published)
    var random = SplitMix(seed: 5)
    for tenths in [3, 5, 7, 8] {
      var shared = 0
      for _ in 0..<trials {
        let pair = RandomPair(intersection: 8 * tenths, union: 80, using: &random)
        let a = sketcher.bandKeys(of: pair.a)
        shared += zip(a, sketcher.bandKeys(of: pair.b)).contains { $0 == $1 } ? 1 : 0
      }
      let expected = banding.candidateProbability(jaccard: Double(tenths) / 10)
      let deviation = (expected * (1 - expected) / Double(trials)).squareRoot()
      let share = Double(shared) / Double(trials)
      #expect(abs(share - expected) < 4 * deviation + 0.04, "\(tenths): \(share) \(expected)")
    }
  }

  @Test func `band keys follow from the set alone`() {
    var random = SplitMix(seed: 6)
    var used = Sketcher(banding: banding, ofSamples: sampleBanding, key: .published)
    for size in [1, 2, 5, 60, 500] {
      let set = ShingleSet(hashing: (0..<size).map { _ in random.next() })
      var fresh = Sketcher(banding: banding, ofSamples: sampleBanding, key: .published)
      let keys = used.bandKeys(of: set)
      #expect(keys == fresh.bandKeys(of: set))
      #expect(keys.count == banding.bands)
      #expect(Set(keys).count == keys.count)
      var secret = Sketcher(banding: banding, ofSamples: sampleBanding, key: HashKey(1))
      #expect(Set(secret.bandKeys(of: set)).isDisjoint(with: keys))
    }
    #expect(used.bandKeys(of: ShingleSet(hashing: [])).isEmpty)
  }

  @Test(arguments: [1, 3, 127, 128])
  func `signatures of every width are filled`(slots: Int) throws {
    let banding = try #require(Banding(bands: slots, rows: 1))
    var sketcher = Sketcher(banding: banding, ofSamples: sampleBanding, key: .published)
    for size in [1, 2, 3, 1_000] {
      let set = ShingleSet(hashing: (0..<size).map { Mixing.mixed(UInt64($0)) })
      #expect(sketcher.signature(of: set).slots.allSatisfy { $0 != UInt32.max })
    }
  }

  @Test func `large sets show their sample's band keys on both sides of the limit`() {
    var sketcher = Sketcher(banding: banding, ofSamples: sampleBanding, key: .published)
    let hashes = (0...ShingleSet.wholeMaximum).map { Mixing.mixed(UInt64($0)) }
    let sample = sketcher.bandKeys(of: ShingleSet(hashing: hashes))
    let whole = sketcher.bandKeys(of: ShingleSet(hashing: Array(hashes.dropLast())))
    #expect(sample.count == sampleBanding.bands)
    #expect(whole.count == banding.bands + sampleBanding.bands)
    #expect(zip(whole[banding.bands...], sample).contains { $0 == $1 })
  }

  @Test func `published band keys never change`() {
    var sketcher = Sketcher(banding: banding, ofSamples: sampleBanding, key: .published)
    let set = ShingleSet(hashing: (0..<60).map { Mixing.mixed($0) })
    #expect(sketcher.bandKeys(of: set).prefix(2) == [0x9BA9_1733_779D_A1C3, 0x6E01_C8E1_1494_BD3F])
  }
}
