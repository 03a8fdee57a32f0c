// The hashes of all examples, in chunks of 1 MiB that never move and are given back one by one.
//
//   record   ordinal | Elias–Fano record of the hashes; in one chunk
//   location chunk << 18 | word in the chunk where the Elias–Fano record begins

internal import CIntrinsics

/// Compressed hash lists of examples, back to back.
final class ShingleArena {
  static let chunkWords = 1 << 18

  private(set) var chunks: [[UInt32]] = []
  /// Words of removed records, for each chunk.
  private(set) var deadWords: [Int] = []
  private var current: Int?
  private var unused: [Int] = []

  /// - Complexity: O(n).
  func append(_ hashes: Span<UInt32>, of ordinal: UInt32) -> UInt32 {
    let shape = EliasFano(count: hashes.count)
    let chunk = chunk(for: shape.wordCount + 1)
    chunks[chunk].append(ordinal)
    let position = chunks[chunk].count
    shape.encode(hashes, to: &chunks[chunk])
    return Self.location(chunk, position)
  }

  /// Appends a record that is encoded already.
  func append(encoded words: Span<UInt32>, of ordinal: UInt32) -> UInt32 {
    let chunk = chunk(for: words.count + 1)
    chunks[chunk].append(ordinal)
    let position = chunks[chunk].count
    words.withUnsafeBufferPointer { chunks[chunk].append(contentsOf: $0) }
    return Self.location(chunk, position)
  }

  private static func location(_ chunk: Int, _ position: Int) -> UInt32 {
    UInt32(chunk * chunkWords + position)
  }

  static func chunk(of location: UInt32) -> Int { Int(location) / chunkWords }

  /// Reads the record of `count` hashes at a location.
  ///
  /// - Complexity: O(n).
  @inline(__always)
  func read(_ location: UInt32, count: Int, into hashes: inout [UInt32]) {
    chunks[Int(location) / Self.chunkWords].withUnsafeBufferPointer { words in
      guard let base = words.baseAddress else { return }
      EliasFano(count: count).decode(base + Int(location) % Self.chunkWords, into: &hashes)
    }
  }

  /// Asks the memory for where a record begins, and does not wait for it.
  func prefetch(_ location: UInt32) {
    chunks[Int(location) / Self.chunkWords].withUnsafeBufferPointer { words in
      if let base = words.baseAddress {
        thresher_prefetch(base + Int(location) % Self.chunkWords)
      }
    }
  }

  /// Calls `body` with the words of the record of `count` hashes at a location.
  func withRecord(
    _ location: UInt32, count: Int, _ body: (UnsafeBufferPointer<UInt32>) -> Void
  ) {
    let start = Int(location) % Self.chunkWords
    chunks[Self.chunk(of: location)].withUnsafeBufferPointer { words in
      body(UnsafeBufferPointer(rebasing: words[start..<start + EliasFano(count: count).wordCount]))
    }
  }

  /// Accounts a record of so many hashes as dead; true when its chunk is worth compacting.
  ///
  /// - Complexity: O(1).
  func bury(_ location: UInt32, count: Int) -> Bool {
    let chunk = Self.chunk(of: location)
    deadWords[chunk] += EliasFano(count: count).wordCount + 1
    return chunk != current && deadWords[chunk] * 2 > chunks[chunk].count
  }

  /// Empties a chunk and returns what was in it; the caller appends again what lives.
  func take(_ chunk: Int) -> [UInt32] {
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

  private func chunk(for words: Int) -> Int {
    if let current, chunks[current].count + words <= Self.chunkWords { return current }
    let chunk: Int
    if let last = unused.popLast() {
      chunk = last
    } else {
      chunk = chunks.count
      precondition(chunk < 1 << 14, "an index holds 16 GiB of hashes")
      chunks.append([])
      deadWords.append(0)
    }
    chunks[chunk].reserveCapacity(Self.chunkWords)
    current = chunk
    return chunk
  }
}
