internal import Containers
package import Shingling
internal import Sketching

/// Memory that searches use again, and what they counted.
final class SearchScratch {
  /// For each ordinal the number of the last search that met it.
  let stamps = ChunkedArray<UInt32>()
  private var search: UInt32 = 0
  var candidates: [UInt32] = []
  /// What was loaded ahead; kept so that the loads are not optimized away.
  var touched: UInt64 = 0
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
  /// The example of the highest Jaccard similarity with the text, ties to the lowest ordinal.
  ///
  /// - Parameter excluding: an ordinal that is not considered.
  /// - Complexity: O(bands + candidates + shingles of those that pass the bounds).
  package func closest(
    to shingles: ShingleSet, bandKeys: [UInt64], excluding: UInt32? = nil,
    depth: SearchDepth = .decision
  ) -> Closest {
    findCandidates(shingles, bandKeys, excluding)
    guard !scratch.candidates.isEmpty else { return Closest(match: nil, highest: nil) }
    let parity = scratch.parity(of: shingles)
    var best: Match?
    var bar =
      depth == .decision
      ? Bar(numerator: threshold.numerator, denominator: threshold.denominator)
      : Bar(numerator: 0, denominator: 1)
    for ordinal in scratch.candidates {
      guard let found = compare(shingles, parity, with: ordinal, bar) else { continue }
      if let best, !found.precedes(best) { continue }
      best = found
      bar = Bar(numerator: found.intersection, denominator: found.union)
    }
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
    let parity = scratch.parity(of: shingles)
    let bar = Bar(numerator: threshold.numerator, denominator: threshold.denominator)
    return scratch.candidates
      .compactMap { compare(shingles, parity, with: $0, bar) }
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
    let stamp = scratch.begin()
    if let excluding, Int(excluding) < entries.count { scratch.stamps[Int(excluding)] = stamp }
    // Taken out while they are filled: one owner, no checks on the way.
    var candidates = scratch.candidates
    var touched = scratch.touched
    scratch.candidates = []
    let stamps = scratch.stamps
    bands.forEachCandidate(shingles, bandKeys, threshold, touching: &touched) { ordinal in
      guard stamps[Int(ordinal)] != stamp else { return }
      stamps[Int(ordinal)] = stamp
      candidates.append(ordinal)
    }
    scratch.touched = touched
    scratch.candidatesSeen += candidates.count
    scratch.candidates = candidates
  }

  /// The exact comparison with one candidate, nil where it cannot reach the bar.
  private func compare(
    _ shingles: ShingleSet, _ parity: Parity, with ordinal: UInt32, _ bar: Bar
  ) -> Match? {
    let entry = entries[Int(ordinal)]
    let (mine, its) = (shingles.count, entry.count)
    let total = mine + its
    guard bar.isReached(common: min(mine, its), total: total) else { return nil }
    if shingles.isSample || entry.isSample {
      return estimate(shingles, entry, ordinal)
    }
    let bound = (total - parity.difference(entry.parity)) / 2
    guard bar.isReached(common: bound, total: total) else { return nil }
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
