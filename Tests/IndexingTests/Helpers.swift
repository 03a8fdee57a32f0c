import Indexing
import Shingling
import Sketching

/// A seeded source of random numbers: the same on every machine.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= Mixing.golden
    return Mixing.mixed(state)
  }
}

/// Two random sets with so many common shingles of so many in all.
struct RandomPair {
  let a: ShingleSet
  let b: ShingleSet

  /// - Parameter nested: whether one set contains the other; else the rest is split at random.
  init(intersection: Int, union: Int, nested: Bool = false, using random: inout SplitMix) {
    let hashes = (0..<union).map { _ in random.next() }
    let split =
      nested ? union : Int.random(in: intersection...union, using: &random)
    a = ShingleSet(hashing: Array(hashes[..<split]))
    b = ShingleSet(hashing: Array(hashes[..<intersection] + hashes[split...]))
  }
}

extension Shingler {
  /// The shingle set of one text.
  mutating func set(_ text: String) -> ShingleSet {
    begin()
    append(text.utf8.span)
    return finish().shingles
  }
}

/// An index with its sketcher.
struct Bench {
  let index: NearIndex
  var sketcher: Sketcher

  init(_ threshold: Threshold) {
    index = NearIndex(threshold: threshold)
    sketcher = Sketcher(threshold: threshold, key: .published)
  }

  @discardableResult
  mutating func insert(_ set: ShingleSet) -> UInt32 {
    index.insert(set, bandKeys: sketcher.bandKeys(of: set))
  }

  mutating func closest(
    _ set: ShingleSet, excluding: UInt32? = nil, depth: SearchDepth = .decision
  ) -> Closest {
    index.closest(
      to: set, bandKeys: sketcher.bandKeys(of: set), excluding: excluding, depth: depth)
  }

  mutating func matches(_ set: ShingleSet, excluding: UInt32? = nil) -> [Match] {
    index.matches(to: set, bandKeys: sketcher.bandKeys(of: set), excluding: excluding)
  }

  /// Most of the 40 shingles of a family and some of its own.
  func member(family: UInt64, using random: inout SplitMix) -> ShingleSet {
    var hashes = (0..<40).map { Mixing.mixed(family << 32 | $0) }
    for _ in 0..<Int.random(in: 0...12, using: &random) {
      hashes[Int.random(in: 0..<40, using: &random)] = random.next()
    }
    return ShingleSet(hashing: hashes)
  }

  /// All live sets that share a band key, compared plainly, best first.
  mutating func candidates(of probe: ShingleSet, among live: [UInt32: ShingleSet]) -> [Match] {
    let keys = sketcher.bandKeys(of: probe)
    var result: [Match] = []
    for (ordinal, set) in live {
      guard zip(keys, sketcher.bandKeys(of: set)).contains(where: { $0 == $1 }) else { continue }
      let common = Overlap.plainCommon(probe.hashes, set.hashes)
      let union = probe.count + set.count - common
      result.append(
        Match(ordinal: ordinal, intersection: common, union: union, estimated: false))
    }
    return result.sorted { a, b in
      let (x, y) = (a.intersection * b.union, b.intersection * a.union)
      return x == y ? a.ordinal < b.ordinal : x > y
    }
  }
}
