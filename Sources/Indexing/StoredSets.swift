// What an index knows of a shingle set as bytes, for whoever keeps it elsewhere:
//
//   digest 8 | parity 32 | count 4 | Elias–Fano record, words of 4 | upper halves of the band keys, 4 each
//
// all little endian. Parity and band keys follow from the hashes; they are kept since making them again
// takes half the time of loading. The hashes are as wide as the index has them, so that an index made
// again from these bytes, in the same order of insertions and removals, answers like the one they came
// from.

internal import Containers
internal import Shingling
package import Sketching

/// Sets that were read back and made ready for an index, back to back. A value: made on any thread.
package struct StoredSets: Sendable {
  /// One of them; its parts stand in what it is an element of.
  package struct Element: Sendable {
    let count: Int
    let digest: UInt64
    let parity: Parity
    /// The Elias–Fano record.
    let words: Range<Int>
    let bandKeys: Range<Int>

    /// Whether the text had no token.
    package var isEmpty: Bool { count == 0 }
  }

  private static let headSize = 12 + Parity.size

  private let banding: Banding
  private(set) var words: [UInt32] = []
  /// Upper halves.
  private(set) var bandKeys: [UInt32] = []

  package init(_ banding: Banding) { self.banding = banding }

  /// Adds the set that these bytes stand for; nil where they stand for none.
  /// - Complexity: O(bytes).
  package mutating func append(_ bytes: UnsafeRawBufferPointer) -> Element? {
    guard bytes.count >= Self.headSize else { return nil }
    let digest = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    let parity = Parity(stored: UnsafeRawBufferPointer(rebasing: bytes[8..<Self.headSize - 4]))
    let count = Int(
      UInt32(
        littleEndian: bytes.loadUnaligned(
          fromByteOffset: Self.headSize - 4, as: UInt32.self)))
    let stored = count > ShingleSet.wholeMaximum ? ShingleSet.sampleCount : count
    let shape = EliasFano(count: stored)
    let keyCount = Sketcher.keyCount(forSetOf: count, banding)
    guard count < NearIndex.Entry.countLimit,
      bytes.count == Self.headSize + 4 * (shape.wordCount + keyCount)
    else { return nil }
    let keysStart = Self.headSize + 4 * shape.wordCount
    let (firstWord, firstKey) = (words.count, bandKeys.count)
    Self.read(UnsafeRawBufferPointer(rebasing: bytes[Self.headSize..<keysStart]), to: &words)
    guard shape.isWellFormed(words.span.extracting(firstWord..<words.count)) else {
      words.removeLast(words.count - firstWord)
      return nil
    }
    Self.read(UnsafeRawBufferPointer(rebasing: bytes[keysStart...]), to: &bandKeys)
    return Element(
      count: count, digest: digest, parity: parity, words: firstWord..<words.count,
      bandKeys: firstKey..<bandKeys.count)
  }

  private static func read(_ bytes: UnsafeRawBufferPointer, to words: inout [UInt32]) {
    for offset in stride(from: 0, to: bytes.count, by: 4) {
      words.append(
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
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
  /// - Parameter bandKeys: those that it was inserted with.
  /// - Precondition: the ordinal is live.
  /// - Complexity: O(n + bands).
  package func encode(_ ordinal: UInt32, bandKeys: [UInt64], to bytes: inout [UInt8]) {
    let entry = entries[Int(ordinal)]
    withUnsafeBytes(of: entry.digest.littleEndian) { bytes.append(contentsOf: $0) }
    entry.parity.write(to: &bytes)
    withUnsafeBytes(of: UInt32(entry.count).littleEndian) { bytes.append(contentsOf: $0) }
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
    for key in bandKeys {
      withUnsafeBytes(of: UInt32(key >> 32).littleEndian) { bytes.append(contentsOf: $0) }
    }
  }
}
