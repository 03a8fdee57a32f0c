// A shingle set as bytes, for whoever keeps an index elsewhere:
//
//   digest 8 | count 4 | Elias–Fano record, words of 4; all little endian
//
// The hashes are as wide as the index keeps them, so that an index made again from these bytes, in the
// same order of insertions and removals, gives the same answers as the one they came from.

internal import Containers
package import Shingling

/// The stored form of a shingle set.
package enum StoredShingles {
  private static let headSize = 12

  /// The set that these bytes stand for; nil where they stand for none.
  /// - Complexity: O(n), about a nanosecond a hash.
  package static func decode(_ bytes: UnsafeRawBufferPointer) -> ShingleSet? {
    guard bytes.count >= headSize else { return nil }
    let digest = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    let count = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
    let stored = count > ShingleSet.wholeMaximum ? ShingleSet.sampleCount : count
    let shape = EliasFano(count: stored)
    guard bytes.count == headSize + 4 * shape.wordCount else { return nil }
    var words: [UInt32] = []
    words.reserveCapacity(shape.wordCount)
    for offset in stride(from: headSize, to: bytes.count, by: 4) {
      words.append(
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
    guard shape.isWellFormed(words.span) else { return nil }
    var hashes: [UInt32] = []
    words.withUnsafeBufferPointer { words in
      if let base = words.baseAddress { shape.decode(base, into: &hashes) }
    }
    return ShingleSet(hashes: hashes, count: count, digest: digest)
  }

  static func encodeHead(_ entry: NearIndex.Entry, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: entry.digest.littleEndian) { bytes.append(contentsOf: $0) }
    withUnsafeBytes(of: UInt32(entry.count).littleEndian) { bytes.append(contentsOf: $0) }
  }
}

extension EliasFano {
  /// Whether a record has as many ones as hashes, so that reading it ends.
  /// - Complexity: O(words).
  func isWellFormed(_ words: Span<UInt32>) -> Bool {
    guard words.count == wordCount else { return false }
    guard count > 0 else { return true }
    var ones = 0
    for index in upperWordRange { ones += words[index].nonzeroBitCount }
    return ones == count
  }
}

extension NearIndex {
  /// Appends the stored form of an ordinal's set.
  /// - Precondition: the ordinal is live.
  /// - Complexity: O(n).
  package func encodeShingles(of ordinal: UInt32, to bytes: inout [UInt8]) {
    let entry = entries[Int(ordinal)]
    StoredShingles.encodeHead(entry, to: &bytes)
    guard entry.count > 0 else { return }
    arena.withRecord(entry.location, count: entry.storedCount) { words in
      #if _endian(little)
        bytes.append(contentsOf: UnsafeRawBufferPointer(words))
      #else
        for word in words {
          withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
        }
      #endif
    }
  }
}
