internal import Containers
package import Shingling
internal import Sketching

/// A candidate with what is known before the hashes are compared.
struct Promising {
  let ordinal: UInt32
  /// At most so many hashes are common.
  let common: Int
  /// Hashes of both sets.
  let total: Int

  /// Whether the similarity that it can have at most is less.
  func isWorse(than other: Promising) -> Bool { common * other.total < other.common * total }
}

/// Memory that searches use again, and what they counted.
final class SearchScratch {
  /// For each ordinal the number of the last search that met it.
  let stamps = ChunkedArray<UInt32>()
  private var search: UInt32 = 0
  var candidates: [UInt32] = []
  /// Those of the candidates that can reach the bar.
  var promising: [Promising] = []
  /// The hashes of the candidate that is compared.
  var hashes: [UInt32] = []
  var candidatesSeen = 0
  var candidatesMerged = 0

  /// The parity that was made last, and the digest and size of its set.
  private var last: (digest: UInt64, count: Int, parity: Parity) = (0, -1, Parity(of: []))

  /// The parity of a set; what was searched for is often inserted next.
  func parity(of shingles: ShingleSet) -> Parity {
    if last.digest != shingles.digest || last.count != shingles.count {
      last = (shingles.digest, shingles.count, Parity(of: shingles.hashes))
    }
    return last.parity
  }

  /// Begins a search and returns its stamp.
  func begin() -> UInt32 {
    if search == UInt32.max {
      for index in 0..<stamps.count { stamps[index] = 0 }
      search = 0
    }
    search += 1
    candidates.removeAll(keepingCapacity: true)
    return search
  }
}

extension NearIndex {
  /// Asks the memory for what a search or an insertion with these keys will look at first, and does not
  /// wait for it: their misses are most of what either costs.
  package func prefetch(_ bandKeys: [UInt64]) { bands.prefetch(bandKeys) }

  /// The example of the highest Jaccard similarity with the text, ties to the lowest ordinal.
  ///
  /// - Parameter excluding: an ordinal that is not considered.
  /// - Complexity: O(bands + candidates + shingles of those that pass the bounds).
  package func closest(
    to shingles: ShingleSet, bandKeys: [UInt64], excluding: UInt32? = nil,
    depth: SearchDepth = .decision
  ) -> Closest {
    findCandidates(shingles, bandKeys, excluding)
    var bar =
      depth == .decision
      ? Bar(numerator: threshold.numerator, denominator: threshold.denominator)
      : Bar(numerator: 0, denominator: 1)
    findPromising(shingles, bar)
    let promising = scratch.promising
    // The one that may be the closest goes first: the bar rises, and fewer are compared.
    guard let first = promising.indices.max(by: { promising[$0].isWorse(than: promising[$1]) })
    else { return Closest(match: nil, highest: nil) }
    var best: Match?
    func look(at candidate: Promising) {
      guard bar.isReached(common: candidate.common, total: candidate.total),
        let found = compare(shingles, with: candidate.ordinal, bar)
      else { return }
      if let best, !found.precedes(best) { return }
      best = found
      bar = Bar(numerator: found.intersection, denominator: found.union)
    }
    look(at: promising[first])
    for index in promising.indices where index != first { look(at: promising[index]) }
    guard let best else { return Closest(match: nil, highest: nil) }
    return Closest(match: reaches(best) ? best : nil, highest: best)
  }

  /// All examples at or above the threshold: the highest Jaccard similarity first, then the lowest
  /// ordinal.
  ///
  /// - Complexity: as `closest`, and O(m log m) for m matches.
  package func matches(
    to shingles: ShingleSet, bandKeys: [UInt64], excluding: UInt32? = nil
  ) -> [Match] {
    findCandidates(shingles, bandKeys, excluding)
    let bar = Bar(numerator: threshold.numerator, denominator: threshold.denominator)
    findPromising(shingles, bar)
    return scratch.promising
      .compactMap { compare(shingles, with: $0.ordinal, bar) }
      .filter(reaches)
      .sorted { $0.precedes($1) }
  }

  private func reaches(_ match: Match) -> Bool {
    threshold.isReached(intersection: match.intersection, union: match.union)
  }

  /// Collects in the scratch every live ordinal that shares a bucket, once.
  private func findCandidates(
    _ shingles: ShingleSet, _ bandKeys: [UInt64], _ excluding: UInt32?
  ) {
    precondition(isSettled, "a search before the insertions are finished")
    prefetch(bandKeys)
    let stamp = scratch.begin()
    if let excluding, Int(excluding) < entries.count { scratch.stamps[Int(excluding)] = stamp }
    // Taken out while they are filled: one owner, no checks on the way.
    var candidates = scratch.candidates
    scratch.candidates = []
    let (stamps, entries) = (scratch.stamps, entries)
    bands.forEachCandidate(shingles, bandKeys, threshold) { ordinal in
      guard stamps[Int(ordinal)] != stamp else { return }
      stamps[Int(ordinal)] = stamp
      candidates.append(ordinal)
      entries.prefetch(Int(ordinal))
    }
    scratch.candidatesSeen += candidates.count
    scratch.candidates = candidates
  }

  /// Collects in the scratch the candidates that can reach the bar, by size and parity.
  private func findPromising(_ shingles: ShingleSet, _ bar: Bar) {
    scratch.promising.removeAll(keepingCapacity: true)
    guard !scratch.candidates.isEmpty else { return }
    let parity = scratch.parity(of: shingles)
    let (mine, isSample, wholeMaximum) = (
      shingles.count, shingles.isSample, ShingleSet.wholeMaximum
    )
    let (entries, candidates) = (self.entries, scratch.candidates)
    for ordinal in candidates {
      let entry = entries[Int(ordinal)]
      let its = entry.count
      let total = mine &+ its
      var common = min(mine, its)
      guard bar.isReached(common: common, total: total) else { continue }
      if !isSample, its <= wholeMaximum {
        common = min(common, (total &- parity.difference(entry.parity)) >> 1)
        guard bar.isReached(common: common, total: total) else { continue }
      }
      scratch.promising.append(Promising(ordinal: ordinal, common: common, total: total))
      arena.prefetch(entry.location)
    }
  }

  /// The exact comparison with one candidate, nil where it does not reach the bar.
  private func compare(_ shingles: ShingleSet, with ordinal: UInt32, _ bar: Bar) -> Match? {
    let entry = entries[Int(ordinal)]
    let (mine, its) = (shingles.count, entry.count)
    let total = mine + its
    if shingles.isSample || entry.isSample { return estimate(shingles, entry, ordinal) }
    scratch.candidatesMerged += 1
    arena.read(entry.location, count: its, into: &scratch.hashes)
    let stored = scratch.hashes
    guard
      var common = Overlap.common(
        shingles.hashes.span, stored.span, mask: EliasFano(count: its).mask,
        required: bar.required(total: total))
    else { return nil }
    // Equal as far as the hashes are kept, and yet not equal: one at least is another shingle.
    if common == mine, common == its, shingles.digest != entry.digest { common -= 1 }
    return Match(
      ordinal: ordinal, intersection: common, union: total - common, estimated: false)
  }

  private func estimate(_ shingles: ShingleSet, _ entry: Entry, _ ordinal: UInt32) -> Match {
    scratch.candidatesMerged += 1
    arena.read(entry.location, count: entry.storedCount, into: &scratch.hashes)
    let stored = scratch.hashes
    let size = ShingleSet.sampleCount
    let common = Overlap.commonInSample(
      shingles.hashes.span, stored.span,
      mask: EliasFano(count: entry.storedCount).mask, size: size)
    return Match(ordinal: ordinal, intersection: common, union: size, estimated: true)
  }
}
