// The band index: which earlier examples are near-duplicates of a text?
//
//   search   band keys → buckets of the band tables → candidates, each once → compared exactly
//   insert   shingle hashes → arena, ordinal → one bucket a band
//   remove   band keys are computed again from the stored hashes, so nobody has to keep them
//
// Memory of an example of s shingles in 21 bands: 4·(s + 1) bytes of hashes, 48 of entry, 4 of stamp,
// and 8 bytes a band table slot at a load of 27 to 75 %. Measured with the slack of growing arrays:
// 740 to 800 bytes an example on streams of 62 to 77 shingles on average.
// Hashes are only read through `ShingleArena`, so that a compressed one can take its place.

package import Shingling
package import Sketching

/// An index of shingle sets by near-duplication.
///
/// The answers depend on the order of insertions and removals alone. Not `Sendable`: searches share
/// scratch memory, also between copies.
package struct NearIndex {
  /// What is known of one ordinal.
  struct Entry {
    let parity: Parity
    /// Distinct shingles of the text.
    let count: UInt32
    var location: ShingleLocation
    var isLive: Bool

    var isSample: Bool { count > ShingleSet.wholeMaximum }
    /// Hashes in the arena.
    var storedCount: Int { isSample ? ShingleSet.sampleCount : Int(count) }
  }

  package let threshold: Threshold
  package let banding: Banding

  var entries: [Entry] = []
  var liveCount = 0
  var tables: [BandTable]
  var postings = PostingArena()
  var arena = ShingleArena()
  var sketcher: Sketcher
  let scratch = SearchScratch()

  /// - Parameter key: the key that the band keys are made with; removal makes them again.
  package init(threshold: Threshold, banding: Banding, key: HashKey = .published) {
    self.threshold = threshold
    self.banding = banding
    tables = (0..<banding.bands).map { band in
      BandTable(loadPercent: 55 + 20 * band / banding.bands)
    }
    sketcher = Sketcher(banding: banding, key: key)
  }

  /// Remembers a set and returns its ordinal: the number of insertions before it.
  ///
  /// An empty set gets an ordinal as well and never matches anything.
  ///
  /// - Precondition: `bandKeys` are those of a `Sketcher` with this index's banding and key. This is
  ///   checked for the first set, and for every one in debug builds.
  /// - Complexity: O(shingles + bands) amortized.
  package mutating func insert(_ shingles: ShingleSet, bandKeys: [UInt64]) -> UInt32 {
    precondition(entries.count < Int(BandTable.listFlag), "an index holds 2^31 examples")
    let ordinal = UInt32(entries.count)
    if entries.isEmpty {
      precondition(sketcher.bandKeys(of: shingles) == bandKeys, "band keys of another sketcher")
    } else {
      assert(sketcher.bandKeys(of: shingles) == bandKeys, "band keys of another sketcher")
    }
    let location =
      shingles.isEmpty
      ? ShingleLocation(chunk: 0, position: 0) : arena.append(shingles.hashes.span, of: ordinal)
    entries.append(
      Entry(
        parity: Parity(of: shingles.hashes), count: UInt32(shingles.count), location: location,
        isLive: true))
    liveCount += 1
    var band = 0
    for key in bandKeys {
      tables[band].insert(ordinal, BandTable.tag(key), &postings)
      band = band + 1 == tables.count ? 0 : band + 1
    }
    return ordinal
  }

  /// Forgets an example: no later search names it. Its ordinal is not used again.
  ///
  /// - Precondition: the ordinal was inserted and not removed since.
  /// - Complexity: O(shingles + sizes of its buckets) amortized.
  package mutating func remove(_ ordinal: UInt32) {
    precondition(isLive(ordinal), "ordinal \(ordinal) is not in the index")
    let keys = sketcher.bandKeys(of: shingles(of: ordinal))
    for (number, key) in keys.enumerated() {
      let removed = tables[number % tables.count].remove(ordinal, BandTable.tag(key), &postings)
      // Two keys of a set may share a bucket; then the second finds nothing.
      precondition(removed || number > 0, "ordinal \(ordinal) is missing from its bucket")
    }
    entries[Int(ordinal)].isLive = false
    liveCount -= 1
    let entry = entries[Int(ordinal)]
    if entry.count > 0, arena.bury(entry.location, count: entry.storedCount) {
      compact(Int(entry.location.chunk))
    }
  }

  /// Whether an ordinal was inserted and not removed since.
  package func isLive(_ ordinal: UInt32) -> Bool {
    Int(ordinal) < entries.count && entries[Int(ordinal)].isLive
  }

  /// The set of an ordinal, as it was inserted.
  ///
  /// - Precondition: the ordinal is live.
  /// - Complexity: O(shingles).
  package func shingles(of ordinal: UInt32) -> ShingleSet {
    precondition(isLive(ordinal), "ordinal \(ordinal) is not in the index")
    let entry = entries[Int(ordinal)]
    guard entry.count > 0 else { return ShingleSet(hashes: [], count: 0) }
    let start = Int(entry.location.position)
    let chunk = arena.chunks[Int(entry.location.chunk)]
    return ShingleSet(
      hashes: Array(chunk[start..<start + entry.storedCount]), count: Int(entry.count))
  }

  /// Moves the live records of a chunk elsewhere and gives the chunk back.
  private mutating func compact(_ chunk: Int) {
    let words = arena.take(chunk)
    var position = 0
    while position < words.count {
      let ordinal = words[position]
      let count = entries[Int(ordinal)].storedCount
      if entries[Int(ordinal)].isLive {
        let hashes = words.span.extracting(position + 1..<position + 1 + count)
        entries[Int(ordinal)].location = arena.append(hashes, of: ordinal)
      }
      position += 1 + count
    }
  }
}
