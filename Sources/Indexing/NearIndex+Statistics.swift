internal import Containers
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
  /// Ordinals in the fullest bucket that there has been.
  package var largestBucket = 0
  /// Memory held, dead parts included.
  package var bytesHeld = 0
  /// Candidates of all searches.
  package var candidatesSeen = 0
  /// Of these compared hash by hash.
  package var candidatesMerged = 0
}

extension NearIndex {
  /// - Complexity: O(1), but for a look at each segment of the tables.
  package var statistics: NearIndexStatistics {
    var result = NearIndexStatistics()
    result.entries = entries.count
    result.liveEntries = liveCount
    result.buckets = bands.bucketCount
    result.largestBucket = bands.largestBucket
    result.bytesHeld = bytesHeld
    result.candidatesSeen = scratch.candidatesSeen
    result.candidatesMerged = scratch.candidatesMerged
    return result
  }

  /// Memory held, dead parts included.
  package var bytesHeld: Int {
    bands.byteCount + arena.byteCount + entries.byteCount + scratch.stamps.byteCount
  }

  /// Stops the program where a structure contradicts itself.
  ///
  /// - Complexity: O(everything that is held); for tests and debugging.
  package func checkInvariants() {
    var live = 0
    var places = 0
    for ordinal in 0..<entries.count where entries[ordinal].isLive {
      live += 1
      let set = shingles(of: UInt32(ordinal))
      precondition(Parity(of: set.hashes) == entries[ordinal].parity, "parity of \(ordinal)")
      precondition(set.hashes == set.hashes.sorted(), "order of the hashes of \(ordinal)")
      for key in sketcher.bandKeys(of: set) {
        places += 1
        precondition(
          bands.holds(UInt32(ordinal), set, key), "ordinal \(ordinal) is missing from a bucket")
      }
    }
    precondition(live == liveCount, "number of live entries")
    precondition(places == bands.ordinalCount, "the buckets hold nothing else")
    bands.checkInvariants()
    checkArena()
  }

  private func checkArena() {
    for (chunk, words) in arena.chunks.enumerated() {
      var position = 0
      var dead = 0
      while position < words.count {
        let entry = entries[Int(words[position])]
        let count = EliasFano(count: entry.storedCount).wordCount
        let location = UInt32(chunk * ShingleArena.chunkWords + position + 1)
        if !entry.isLive || entry.location != location { dead += 1 + count }
        position += 1 + count
      }
      precondition(position == words.count, "records of chunk \(chunk)")
      precondition(dead == arena.deadWords[chunk], "dead words of chunk \(chunk)")
    }
  }
}
