import Shingling

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
