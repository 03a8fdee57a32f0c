internal import Shingling
internal import Sketching

/// What an index holds and has done.
package struct NearIndexStatistics: Sendable, Equatable {
  /// Ordinals given out.
  package var entries = 0
  /// Of these not removed.
  package var liveEntries = 0
  /// Buckets of all bands.
  package var buckets = 0
  /// Ordinals in the fullest bucket.
  package var largestBucket = 0
  /// Memory held, dead parts included.
  package var bytesHeld = 0
  /// Candidates of all searches.
  package var candidatesSeen = 0
  /// Of these compared hash by hash.
  package var candidatesMerged = 0
}

extension NearIndex {
  /// - Complexity: O(buckets of two or more).
  package var statistics: NearIndexStatistics {
    var result = NearIndexStatistics()
    result.entries = entries.count
    result.liveEntries = liveCount
    result.candidatesSeen = scratch.candidatesSeen
    result.candidatesMerged = scratch.candidatesMerged
    for table in tables {
      result.buckets += table.count
      result.bytesHeld += table.slots.capacity * MemoryLayout<UInt64>.stride
    }
    result.largestBucket = result.buckets > 0 ? 1 : 0
    postings.forEachBlock { block in
      result.largestBucket = max(result.largestBucket, postings.count(block))
    }
    result.bytesHeld += postings.words.capacity * MemoryLayout<UInt32>.stride
    result.bytesHeld += entries.capacity * MemoryLayout<Entry>.stride
    result.bytesHeld += scratch.stamps.capacity * MemoryLayout<UInt32>.stride
    result.bytesHeld += arena.byteCount
    return result
  }

  /// Stops the program where a structure contradicts itself.
  ///
  /// - Complexity: O(everything that is held); for tests and debugging.
  package func checkInvariants() {
    var expected = [Set<UInt64>](repeating: [], count: tables.count)
    var sketcher = sketcher
    var live = 0
    var deadWords = [Int](repeating: 0, count: arena.chunks.count)
    for (ordinal, entry) in entries.enumerated() where entry.isLive {
      live += 1
      let set = shingles(of: UInt32(ordinal))
      precondition(Parity(of: set.hashes) == entry.parity, "parity of \(ordinal)")
      precondition(set.hashes == set.hashes.sorted(), "order of the hashes of \(ordinal)")
      for (number, key) in sketcher.bandKeys(of: set).enumerated() {
        let tag = UInt64(BandTable.tag(key))
        expected[number % tables.count].insert(tag << 32 | UInt64(ordinal))
      }
    }
    precondition(live == liveCount, "number of live entries")
    for (chunk, words) in arena.chunks.enumerated() {
      var position = 0
      while position < words.count {
        let entry = entries[Int(words[position])]
        let isHere =
          entry.isLive && entry.location.chunk == chunk && entry.location.position == position + 1
        if !isHere { deadWords[chunk] += 1 + entry.storedCount }
        position += 1 + entry.storedCount
      }
      precondition(position == words.count, "records of chunk \(chunk)")
      precondition(deadWords[chunk] == arena.deadWords[chunk], "dead words of chunk \(chunk)")
    }
    for (band, table) in tables.enumerated() {
      precondition(found(in: table) == expected[band], "buckets of band \(band)")
    }
  }

  /// All (tag, ordinal) of a table, each reachable by probing.
  private func found(in table: BandTable) -> Set<UInt64> {
    var found: Set<UInt64> = []
    var buckets = 0
    for slot in table.slots where slot != BandTable.empty {
      buckets += 1
      let tag = UInt32(truncatingIfNeeded: slot >> 32)
      let value = UInt32(truncatingIfNeeded: slot)
      precondition(
        table.value(tag, first: table.slots[table.home(tag)]) == value, "a bucket is unreachable")
      if value & BandTable.listFlag == 0 {
        found.insert(slot)
      } else {
        let ordinals = Array(postings.words[postings.range(value & ~BandTable.listFlag)])
        precondition(ordinals.count >= 2, "a list of fewer than two")
        precondition(zip(ordinals, ordinals.dropFirst()).allSatisfy(<), "order of a list")
        for ordinal in ordinals { found.insert(UInt64(tag) << 32 | UInt64(ordinal)) }
      }
    }
    precondition(buckets == table.count, "number of buckets")
    return found
  }
}
