package import Shingling
internal import Sketching

/// Memory that searches use again, and what they counted.
final class SearchScratch {
  /// For each ordinal the number of the last search that met it.
  var stamps: [UInt32] = []
  var search: UInt32 = 0
  var candidates: [UInt32] = []
  var firstSlots: [UInt64] = []
  var candidatesSeen = 0
  var candidatesMerged = 0

  /// Begins a search among so many ordinals and returns its stamp.
  func begin(_ count: Int) -> UInt32 {
    if stamps.count < count {
      stamps += repeatElement(0, count: max(count - stamps.count, stamps.count))
    }
    if search == UInt32.max {
      for index in stamps.indices { stamps[index] = 0 }
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
    findCandidates(bandKeys, excluding)
    guard !scratch.candidates.isEmpty else { return Closest(match: nil, highest: nil) }
    let parity = Parity(of: shingles.hashes)
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
    findCandidates(bandKeys, excluding)
    let parity = Parity(of: shingles.hashes)
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
  func findCandidates(_ bandKeys: [UInt64], _ excluding: UInt32?) {
    let scratch = scratch
    let stamp = scratch.begin(entries.count)
    if let excluding, Int(excluding) < entries.count { scratch.stamps[Int(excluding)] = stamp }
    loadFirstSlots(bandKeys)
    var band = 0
    for (number, key) in bandKeys.enumerated() {
      let value = tables[band].value(BandTable.tag(key), first: scratch.firstSlots[number])
      band = band + 1 == tables.count ? 0 : band + 1
      guard let value else { continue }
      if value & BandTable.listFlag == 0 {
        add(value, stamp)
      } else {
        for position in postings.range(value & ~BandTable.listFlag) {
          add(postings.words[position], stamp)
        }
      }
    }
    scratch.candidatesSeen += scratch.candidates.count
  }

  /// Touches the slot of every key where probing begins, so that the cache misses overlap.
  private func loadFirstSlots(_ bandKeys: [UInt64]) {
    scratch.firstSlots.removeAll(keepingCapacity: true)
    var band = 0
    for key in bandKeys {
      let place = tables[band].home(BandTable.tag(key))
      scratch.firstSlots.append(tables[band].slots[place])
      band = band + 1 == tables.count ? 0 : band + 1
    }
  }

  @inline(__always)
  private func add(_ ordinal: UInt32, _ stamp: UInt32) {
    guard scratch.stamps[Int(ordinal)] != stamp else { return }
    scratch.stamps[Int(ordinal)] = stamp
    scratch.candidates.append(ordinal)
  }

  /// The exact comparison with one candidate, nil where it cannot reach the bar.
  private func compare(
    _ shingles: ShingleSet, _ parity: Parity, with ordinal: UInt32, _ bar: Bar
  ) -> Match? {
    let entry = entries[Int(ordinal)]
    let (mine, its) = (shingles.count, Int(entry.count))
    let total = mine + its
    guard bar.isReached(common: min(mine, its), total: total) else { return nil }
    if shingles.isSample || entry.isSample {
      return estimate(shingles, entry, ordinal)
    }
    let bound = (total - parity.difference(entry.parity)) / 2
    guard bar.isReached(common: bound, total: total) else { return nil }
    scratch.candidatesMerged += 1
    let chunk = arena.chunks[Int(entry.location.chunk)]
    let start = Int(entry.location.position)
    let stored = chunk.span.extracting(start..<start + its)
    guard
      let common = Overlap.common(
        shingles.hashes.span, stored, required: bar.required(total: total))
    else { return nil }
    return Match(
      ordinal: ordinal, intersection: common, union: total - common, estimated: false)
  }

  private func estimate(_ shingles: ShingleSet, _ entry: Entry, _ ordinal: UInt32) -> Match {
    scratch.candidatesMerged += 1
    let chunk = arena.chunks[Int(entry.location.chunk)]
    let start = Int(entry.location.position)
    let stored = chunk.span.extracting(start..<start + entry.storedCount)
    let size = ShingleSet.sampleCount
    let common = Overlap.commonInSample(shingles.hashes.span, stored, size: size)
    return Match(ordinal: ordinal, intersection: common, union: size, estimated: true)
  }
}
