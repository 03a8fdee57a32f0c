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
// thrown about twice to fill 27 slots.
//
// Of a hash only the upper 24 bits are looked at: an index keeps no more of some, and must be able to
// make the keys of what it forgets. Among n shingles n²/2^25 coincide, one of 10,000 for 60.
//
// Two rounds share a hash, which is that of wyrand with the shingle's hash as seed:
// h(j, x) = folded(y, y ^ key), y = (x ^ seed)·φ + j·m. Its lower half serves round 2j, its upper half
// round 2j + 1: 32 bits times k give the slot, their lower 24 the value.
//
// Band key = mixing hash of the band's number and its r slots, two at a time, 64 bits; never a sum or
// exclusive-or of slots, which collide (small minima add up to the same sums: 2.5 % of unrelated texts
// were once called duplicates by such a library).
//
// Large sets. Sets above `ShingleSet.wholeMaximum` show only their bottom-k samples, and a pair of
// samples agrees less than the texts do: where A is contained in B with J = t, the samples' Jaccard
// is t/(2−t), 0.67 for 0.8. So samples have a banding for that, 18 × 3 at 0.8, and so that a set just
// small enough to be whole meets one just too large, whole sets above `doubleMinimum` have both: band
// keys of all their hashes, then those of the sample that they would have. This covers thresholds from
// 1/8 on; by the S-curve, recall of nested samples is 0.998.

package import Shingling

/// Shingle sets → band keys. Owns its signature as scratch; one a thread.
package struct Sketcher {
  /// Whole sets of more shingles than this have the band keys of their sample as well.
  package static let doubleMinimum = ShingleSet.sampleCount

  private let banding: Banding
  private let sampleBanding: Banding
  private let shingleSeed: UInt64
  private let roundKey: UInt64
  private let bandSeed: UInt64
  private var whole: Signature
  private var sample: Signature

  package init(threshold: Threshold, key: HashKey) {
    self.init(
      banding: .forThreshold(threshold), ofSamples: .ofSamples(forThreshold: threshold), key: key)
  }

  package init(banding: Banding, ofSamples sampleBanding: Banding, key: HashKey) {
    self.banding = banding
    self.sampleBanding = sampleBanding
    shingleSeed = key.derived(3)
    roundKey = key.derived(4)
    bandSeed = key.derived(5)
    whole = Signature(slots: banding.slots)
    sample = Signature(slots: sampleBanding.slots)
  }

  /// The keys of the buckets that the set belongs to, none for the empty set.
  ///
  /// A whole set has one a band, a sample one a band of its own banding, a whole set above
  /// `doubleMinimum` both. They depend on the set's `hashes` alone.
  ///
  /// - Complexity: O(n + k log k), about 1 µs for 60 shingles.
  package mutating func bandKeys(of set: ShingleSet) -> [UInt64] {
    guard !set.isEmpty else { return [] }
    var keys: [UInt64] = []
    keys.reserveCapacity(
      (set.isSample ? 0 : banding.bands)
        + (set.count > Self.doubleMinimum ? sampleBanding.bands : 0))
    if !set.isSample {
      whole.fill(from: set.hashes.span, seed: shingleSeed, key: roundKey)
      appendBandKeys(of: whole, banding, numbersFrom: 0, to: &keys)
    }
    if set.count > Self.doubleMinimum {
      sample.fill(
        from: set.hashes.span.extracting(first: ShingleSet.sampleCount), seed: shingleSeed,
        key: roundKey)
      appendBandKeys(of: sample, sampleBanding, numbersFrom: banding.bands, to: &keys)
    }
    return keys
  }

  /// The signature of a set, for tests of how well it estimates.
  package mutating func signature(of set: ShingleSet) -> Signature {
    precondition(!set.isEmpty, "the empty set has no signature")
    whole.fill(from: set.hashes.span, seed: shingleSeed, key: roundKey)
    return whole
  }

  private func appendBandKeys(
    of signature: Signature, _ banding: Banding, numbersFrom first: Int, to keys: inout [UInt64]
  ) {
    let slots = signature.slots.span
    for band in 0..<banding.bands {
      var state = bandSeed &+ UInt64(first + band) &* Mixing.golden
      var row = band * banding.rows
      let end = row + banding.rows
      while row + 1 < end {
        let pair = UInt64(slots[unchecked: row]) << 32 | UInt64(slots[unchecked: row + 1])
        state = Mixing.folded(state ^ pair, Mixing.multiplier)
        row += 2
      }
      if row < end {
        state = Mixing.folded(state ^ UInt64(slots[unchecked: row]), Mixing.multiplier)
      }
      keys.append(Mixing.mixed(state))
    }
  }
}
