// FastSimilaritySketch: Dahlgaard, Knudsen and Thorup, "Fast Similarity Sketching", FOCS 2017.
//
// A signature has k slots. In round i every shingle x is thrown into slot bin(i, x) with the value
// (i, v(i, x)), and a slot keeps its least value. Rounds go on until no slot is empty; from round k
// on, shingles go to slot i − k only, so that 2k rounds always suffice. Because the round leads the
// value, later rounds change only what was still empty:
//
//   slot = round << 24 | 24 bits of the hash          k ≤ 128, so that 2k rounds fit the upper 8 bits
//
// The slots of A and B agree with probability J(A, B) each, as with k independent permutations, but
// they sample without replacement where they can: on sets smaller than k the variance of the
// estimate is half of MinHash's. It costs O(n + k log k) instead of O(n·k): sets of 60 shingles are
// thrown about ten times to fill 126 slots.
//
// Of a hash only the upper 24 bits are looked at: an index keeps no more of some, and must be able to
// make the keys of what it forgets. Among n shingles n²/2^25 coincide, one of 10,000 for 60.
//
// A round's hash is that of wyrand with the shingle's hash as seed: h(i, x) = folded(y, y ^ key),
// y = x + i·φ. Its upper 32 bits times k give the slot, its lower 24 the value.
//
// Band key = mixing hash of the band's number and its r slots, 64 bits; never a sum or exclusive-or
// of slots, which collide (small minima add up to the same sums: 2.5 % of unrelated texts were once
// called duplicates by such a library).
//
// Large sets. Sets above `ShingleSet.wholeMaximum` show only their bottom-k samples, and a pair of
// samples agrees less than the texts do: where A is contained in B with J = t, the samples' Jaccard
// is t/(2−t), 0.67 for 0.8. So samples have bands of half the rows, and so that a set just small
// enough to be whole meets one just too large, whole sets above `doubleMinimum` have both: band keys
// of all their hashes, then those of the sample that they would have. This covers thresholds from
// 1/8 on; by the S-curve, recall of nested samples is 0.999 at thresholds from 0.4 on, 0.96 below.

package import Shingling

/// Shingle sets → band keys. Owns its signature as scratch; one a thread.
package struct Sketcher {
  /// Whole sets of more shingles than this have the band keys of their sample as well.
  package static let doubleMinimum = ShingleSet.sampleCount

  package let banding: Banding

  private let shingleSeed: UInt64
  private let roundKey: UInt64
  private let bandSeed: UInt64
  private var signature: Signature
  private var seeds: [UInt64] = []

  package init(banding: Banding, key: HashKey) {
    self.banding = banding
    shingleSeed = key.derived(3)
    roundKey = key.derived(4)
    bandSeed = key.derived(5)
    signature = Signature(slots: banding.slots)
  }

  /// The keys of the buckets that the set belongs to, none for the empty set.
  ///
  /// Key number i belongs to band i modulo `banding.bands`. There are `bands` of them, and twice as
  /// many for a whole set above `doubleMinimum`. They depend on the set's `hashes` alone.
  ///
  /// - Complexity: O(n + k log k), about 2 µs for 60 shingles.
  package mutating func bandKeys(of set: ShingleSet) -> [UInt64] {
    guard !set.isEmpty else { return [] }
    var keys: [UInt64] = []
    keys.reserveCapacity(Self.keyCount(forSetOf: set.count, banding))
    if !set.isSample {
      sketch(set.hashes.span)
      appendBandKeys(rows: banding.rows, numbersFrom: 0, to: &keys)
    }
    if set.count > Self.doubleMinimum {
      sketch(set.hashes.span.extracting(first: ShingleSet.sampleCount))
      appendBandKeys(
        rows: max(1, banding.rows / 2), numbersFrom: banding.bands, to: &keys)
    }
    return keys
  }

  /// How many band keys a set of so many shingles has.
  static func keyCount(forSetOf count: Int, _ banding: Banding) -> Int {
    guard count > 0 else { return 0 }
    let hasBoth = count > doubleMinimum && count <= ShingleSet.wholeMaximum
    return hasBoth ? 2 * banding.bands : banding.bands
  }

  /// The signature of a set, for tests of how well it estimates.
  package mutating func signature(of set: ShingleSet) -> Signature {
    precondition(!set.isEmpty, "the empty set has no signature")
    sketch(set.hashes.span)
    return signature
  }

  private mutating func sketch(_ hashes: Span<UInt32>) {
    seeds.removeAll(keepingCapacity: true)
    for index in hashes.indices {
      seeds.append(Mixing.mixed(UInt64(hashes[unchecked: index] >> 8) ^ shingleSeed))
    }
    let seeds = seeds
    signature.fill(from: seeds.span, key: roundKey)
  }

  private func appendBandKeys(rows: Int, numbersFrom first: Int, to keys: inout [UInt64]) {
    let slots = signature.slots.span
    for band in 0..<banding.bands {
      var state = bandSeed &+ UInt64(first + band) &* Mixing.golden
      let start = band * banding.rows
      for row in start..<start + rows {
        state = Mixing.folded(state ^ UInt64(slots[unchecked: row]), Mixing.multiplier)
      }
      keys.append(Mixing.mixed(state))
    }
  }
}
