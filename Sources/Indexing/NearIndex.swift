// The band index: which earlier examples are near-duplicates of a text?
//
//   search   band keys → buckets → candidates, each once → compared exactly
//   insert   shingle hashes → arena, ordinal → one bucket a band
//   remove   band keys are computed again from the stored hashes, so nobody has to keep them
//
// Memory of an example of 100 shingles in 9 bands: 256 bytes of hashes, 4 of record, 48 of entry,
// 4 of stamp, and 6.4 a band at a load of 60 to 90 %, 64 to 96: 376 to 408 bytes. Nothing that grows
// is ever moved as a whole.
//
// Why bands, and not the hash-ordered prefix filter (any pair at or above the threshold T shares one of
// the floor((1−T)n)+1 smallest hashes: no miss by construction), which costs the same on paper.
// Measured on 2026-11-24 in process, µs an example for keys, search and insertion / candidates an
// example / recall: the templated rows 6.7 / 89 / 1.0 with bands, 64 / 3,348 / 1.0 with the prefix;
// 60,000 rows of the benchmark stream 4.7 / 0.4 / 0.9998 against 7.2 / 206 / 1.0. Hashes do not know
// which shingles are frequent. Ordered by rarity the prefix wins (4.0 / 1.5 / 1.0 with the
// frequencies of all rows), but a stream does not have them: frozen after 10,000 rows the order loses
// to bands by row 240,000 (9.2 against 7.6). The idea lives on where it pays, see `BandIndex`.

internal import Containers
package import Shingling
package import Sketching

/// An index of shingle sets by near-duplication.
///
/// The answers depend on the order of insertions and removals alone. A reference: one owner, one thread.
package final class NearIndex {
  /// What is known of one ordinal. 48 bytes.
  struct Entry {
    let parity: Parity
    /// The set's digest: who is taken to be equal must have the same.
    let digest: UInt64
    /// Distinct shingles of the text; the top bit is set once it is removed.
    var countAndFlag: UInt32
    var location: UInt32

    private static let removedFlag: UInt32 = 1 << 31
    /// Shingles of a text are fewer than this.
    static let countLimit = 1 << 31

    /// Distinct shingles of the text.
    var count: Int { Int(countAndFlag & ~Self.removedFlag) }
    var isLive: Bool { countAndFlag & Self.removedFlag == 0 }
    var isSample: Bool { count > ShingleSet.wholeMaximum }
    /// Hashes in the arena.
    var storedCount: Int { isSample ? ShingleSet.sampleCount : count }

    mutating func bury() { countAndFlag |= Self.removedFlag }
  }

  package let threshold: Threshold

  let entries = ChunkedArray<Entry>()
  var liveCount = 0
  let bands = BandIndex()
  /// What was inserted and is not in its buckets yet.
  private var waiting = BandBatch()
  /// Somebody else has a part of it.
  private var isBatchAway = false
  let arena = ShingleArena()
  var sketcher: Sketcher
  let scratch = SearchScratch()

  /// - Parameter key: the key that the band keys are made with; removal makes them again.
  package init(threshold: Threshold, key: HashKey = .published) {
    self.threshold = threshold
    sketcher = Sketcher(threshold: threshold, key: key)
  }

  /// Remembers a set and returns its ordinal: the number of insertions before it.
  ///
  /// An empty set gets an ordinal as well and never matches anything.
  ///
  /// - Precondition: `bandKeys` are those of a `Sketcher` with this index's threshold and key. This is
  ///   checked for the first set, and for every one in debug builds.
  /// - Complexity: O(shingles + bands) expected; never a pause.
  package func insert(_ shingles: ShingleSet, bandKeys: [UInt64]) -> UInt32 {
    precondition(entries.count < Int(OrdinalTable.ordinalLimit), "an index holds 2^27 examples")
    let ordinal = UInt32(entries.count)
    if entries.count == 0 {
      precondition(sketcher.bandKeys(of: shingles) == bandKeys, "band keys of another sketcher")
    } else {
      assert(sketcher.bandKeys(of: shingles) == bandKeys, "band keys of another sketcher")
    }
    settle()
    let location = shingles.isEmpty ? 0 : arena.append(shingles.hashes.span, of: ordinal)
    enter(
      Entry(
        parity: scratch.parity(of: shingles), digest: shingles.digest,
        countAndFlag: UInt32(shingles.count), location: location))
    bands.insert(ordinal, shingles, bandKeys)
    return ordinal
  }

  private func enter(_ entry: Entry) {
    entries.append(entry)
    scratch.stamps.append(0)
    liveCount += 1
  }

  /// Remembers a set that was read back, as `insert` does; what it needs most time for is put off until
  /// `settle`, and is quicker for many together.
  ///
  /// - Precondition: the set was stored from an index with this one's threshold and key.
  package func insert(_ set: StoredSets.Element, of sets: StoredSets) -> UInt32 {
    precondition(entries.count < Int(OrdinalTable.ordinalLimit), "an index holds 2^27 examples")
    let ordinal = UInt32(entries.count)
    let words = sets.words.span.extracting(set.words)
    enter(
      Entry(
        parity: set.parity, digest: set.digest, countAndFlag: UInt32(set.count),
        location: set.count == 0 ? 0 : arena.append(encoded: words, of: ordinal)))
    waiting.append(ordinal, count: set.count, sets.bandKeys[set.bandKeys])
    return ordinal
  }

  /// Finishes insertions that were put off. Nothing may be searched for before.
  /// - Complexity: O(bands) expected for each of them.
  package func settle() {
    precondition(!isBatchAway, "a batch that was taken is to be settled first")
    guard !waiting.isEmpty else { return }
    settle(takeWaiting())
  }

  /// Whether so much is put off that there is no reason to wait longer.
  package var isWaitingFull: Bool { waiting.isFull }

  /// Gives what was put off away, to be sorted on another thread; it comes back to `settle` before there is
  /// a search, a removal or another batch. Insertions may go on meanwhile.
  package func takeWaiting() -> BandBatch {
    precondition(!isBatchAway, "one batch at a time")
    isBatchAway = true
    defer { waiting = BandBatch() }
    return waiting
  }

  /// Finishes the insertions of a batch that was taken.
  package func settle(_ batch: consuming BandBatch) {
    precondition(isBatchAway, "a batch that was not taken")
    isBatchAway = false
    bands.insert(batch) { shingles(of: $0) }
  }

  /// Whether every insertion is finished.
  var isSettled: Bool { waiting.isEmpty && !isBatchAway }

  /// Forgets an example: no later search names it. Its ordinal is not used again.
  ///
  /// - Precondition: the ordinal was inserted and not removed since.
  /// - Complexity: O(shingles + sizes of its buckets) amortized.
  package func remove(_ ordinal: UInt32) {
    precondition(isLive(ordinal), "ordinal \(ordinal) is not in the index")
    settle()
    let set = shingles(of: ordinal)
    bands.remove(ordinal, set, sketcher.bandKeys(of: set))
    entries[Int(ordinal)].bury()
    liveCount -= 1
    let entry = entries[Int(ordinal)]
    if entry.count > 0, arena.bury(entry.location, count: entry.storedCount) {
      compact(ShingleArena.chunk(of: entry.location))
    }
  }

  /// Whether a bucket of these keys has so many sets that a removal has to look for its own among them.
  package func isCrowded(_ bandKeys: [UInt64]) -> Bool { bands.isCrowded(bandKeys) }

  /// Whether an ordinal was inserted and not removed since.
  package func isLive(_ ordinal: UInt32) -> Bool {
    Int(ordinal) < entries.count && entries[Int(ordinal)].isLive
  }

  /// The set of an ordinal that is live, its hashes as wide as they are kept.
  ///
  /// - Complexity: O(shingles).
  package func shingles(of ordinal: UInt32) -> ShingleSet {
    let entry = entries[Int(ordinal)]
    var hashes: [UInt32] = []
    if entry.count > 0 { arena.read(entry.location, count: entry.storedCount, into: &hashes) }
    return ShingleSet(hashes: hashes, count: entry.count, digest: entry.digest)
  }

  /// Moves the live records of a chunk elsewhere and gives the chunk back.
  private func compact(_ chunk: Int) {
    let words = arena.take(chunk)
    var position = 0
    while position < words.count {
      let ordinal = words[position]
      let count = EliasFano(count: entries[Int(ordinal)].storedCount).wordCount
      if entries[Int(ordinal)].isLive {
        let record = words.span.extracting(position + 1..<position + 1 + count)
        entries[Int(ordinal)].location = arena.append(encoded: record, of: ordinal)
      }
      position += 1 + count
    }
  }
}
