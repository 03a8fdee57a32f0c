// The hashes of all examples, in chunks of 1 MiB that never move and are given back one by one.
//
//   record   ordinal, hash, hash, …; in one chunk; how many hashes is known to the example's entry

/// Where a record's hashes are.
struct ShingleLocation {
  var chunk: UInt32
  /// Of the first hash.
  var position: UInt32
}

/// Hash lists of examples, back to back.
struct ShingleArena {
  static let chunkWords = 1 << 18

  private(set) var chunks: [[UInt32]] = []
  /// Words of removed records, for each chunk.
  private(set) var deadWords: [Int] = []
  private var current: Int?
  private var unused: [Int] = []

  /// - Complexity: O(n).
  mutating func append(_ hashes: Span<UInt32>, of ordinal: UInt32) -> ShingleLocation {
    let chunk = chunk(for: hashes.count + 1)
    chunks[chunk].append(ordinal)
    let position = chunks[chunk].count
    for index in hashes.indices { chunks[chunk].append(hashes[unchecked: index]) }
    return ShingleLocation(chunk: UInt32(chunk), position: UInt32(position))
  }

  /// Accounts a record of so many hashes as dead; true when its chunk is worth compacting.
  ///
  /// - Complexity: O(1).
  mutating func bury(_ location: ShingleLocation, count: Int) -> Bool {
    let chunk = Int(location.chunk)
    deadWords[chunk] += count + 1
    return chunk != current && deadWords[chunk] * 2 > chunks[chunk].count
  }

  /// Empties a chunk and returns what was in it; the caller appends again what lives.
  mutating func take(_ chunk: Int) -> [UInt32] {
    let words = chunks[chunk]
    chunks[chunk] = []
    deadWords[chunk] = 0
    unused.append(chunk)
    return words
  }

  /// Bytes held, dead ones included.
  var byteCount: Int {
    chunks.reduce(0) { $0 + $1.capacity } * MemoryLayout<UInt32>.stride
  }

  private mutating func chunk(for words: Int) -> Int {
    if let current, chunks[current].count + words <= Self.chunkWords { return current }
    let chunk: Int
    if let last = unused.popLast() {
      chunk = last
    } else {
      chunk = chunks.count
      chunks.append([])
      deadWords.append(0)
    }
    if chunk > 0 { chunks[chunk].reserveCapacity(Self.chunkWords) }
    current = chunk
    return chunk
  }
}
