import Indexing
import Shingling
import Sketching
import Testing

extension ReferenceIndex {
  /// Notes and adds fields, as one load does.
  mutating func insert(_ fields: [[UInt32]]) -> [UInt32] {
    for field in fields { note(field) }
    return fields.map { insert($0) }
  }
}

@Suite struct ReferenceIndexTests {
  /// Fields of 3 to 30 hashes from a small alphabet, so that they overlap each other.
  private static func fields(_ count: Int, _ random: inout SplitMix) -> [[UInt32]] {
    (0..<count).map { _ in
      let size = Int.random(in: 3...30, using: &random)
      return (0..<size).map { _ in hash(Int.random(in: 0..<40, using: &random)) }
    }
  }

  private static func hash(_ number: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: Mixing.mixed(UInt64(number) &+ 7) >> 32)
  }

  /// A text with part of a field in it, from all of it to half.
  private static func text(around field: [UInt32], _ random: inout SplitMix) -> [UInt32] {
    var text = field
    for _ in 0..<Int.random(in: 0...field.count / 3, using: &random) {
      text[Int.random(in: 0..<text.count, using: &random)] = UInt32.random(
        in: 0 ... .max, using: &random)
    }
    let noise = (0..<20).map { _ in hash(Int.random(in: 0..<60, using: &random)) }
    let cut = Int.random(in: 0...noise.count, using: &random)
    return noise[..<cut] + text + noise[cut...]
  }

  @Test(arguments: 1...20)
  func `the index finds what a look at every field finds`(seed: Int) {
    var random = SplitMix(seed: UInt64(seed))
    let fields = Self.fields(60, &random)
    var index = ReferenceIndex()
    // In two loads: what is rare is known anew for the second.
    var numbers = index.insert(Array(fields[..<30]))
    numbers += index.insert(Array(fields[30...]))
    #expect(Set(numbers).count == index.count)
    var found = 0
    for field in fields {
      for _ in 0..<5 {
        let text = Self.text(around: field, &random)
        let hit = index.closest(to: text)
        #expect(hit == index.plainClosest(to: text))
        found += hit == nil ? 0 : 1
      }
    }
    #expect((30...299).contains(found), "found \(found) of 300: the test looks at both sides")
  }

  @Test func `equal fields are stored once and keep their first number`() {
    var index = ReferenceIndex()
    let field = (0..<8).map(Self.hash)
    #expect(index.insert([field, field]) == [0, 0])
    #expect(index.insert([[1, 2, 3], field]) == [1, 0])
    #expect(index.count == 2)
  }

  @Test func `a set is found from four fifths on, and not below`() {
    var index = ReferenceIndex()
    let field = (0..<15).map(Self.hash)  // 17 tokens: 12 of 15 hashes are needed
    _ = index.insert([field])
    #expect(index.closest(to: Array(field[..<12]))?.containment == 8_000)
    #expect(index.closest(to: Array(field[..<11])) == nil)
    #expect(index.closest(to: Array(field.reversed()))?.containment == 10_000)
  }

  @Test func `a run is found in a row only`() {
    var index = ReferenceIndex()
    let field = (0..<10).map(Self.hash)  // 12 tokens
    _ = index.insert([field])
    #expect(index.closest(to: [1] + field + [2])?.containment == 10_000)
    #expect(index.closest(to: Array(field[..<5]) + [1] + Array(field[5...])) == nil)
    #expect(index.closest(to: Array(field.dropLast())) == nil)
  }

  @Test func `fields of five tokens can be used, of four not`() {
    #expect(ReferenceIndex.isUsable(hashCount: 3))
    #expect(!ReferenceIndex.isUsable(hashCount: 2))
  }

  @Test(arguments: 1...10)
  func `what is kept of a text tells the same as the text, order aside`(seed: Int) {
    var random = SplitMix(seed: UInt64(seed) &* 77)
    let fields = Self.fields(40, &random)
    var index = ReferenceIndex()
    let numbers = index.insert(fields)
    var probe = ReferenceProbe()
    for number in numbers { probe.add(number, of: index) }
    var bench = Bench(Threshold(numerator: 4, denominator: 5)!)
    for field in fields {
      let text = Self.text(around: field, &random)
      let set = ShingleSet(hashing: text.map { UInt64($0) << 32 })
      let stored = bench.index.shingles(of: bench.insert(set))
      let isFound = index.closest(to: text) != nil
      // Without order a run may be found that stands in pieces, never the other way round.
      #expect(!isFound || probe.occurs(in: stored))
    }
  }

  @Test func `an empty index and an empty text find nothing`() {
    var index = ReferenceIndex()
    #expect(index.closest(to: [1, 2, 3]) == nil)
    _ = index.insert([[1, 2, 3]])
    #expect(index.closest(to: []) == nil)
  }
}
