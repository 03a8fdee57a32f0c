/// Normalized text → tokens.
extension Shingler {
  /// Fills `tokenHashes` with the hash of each token of the normalized text.
  ///
  /// Bytes are classified 64 at a time, so that a token is found by counting zeros; one of up to eight
  /// bytes, nearly all of them, is hashed as one word. What is not ASCII is looked at scalar by scalar.
  ///
  /// - Returns: how many there are.
  mutating func hashTokens() -> Int {
    let (text, end, table, seed) = (normalized, cursor.count, table, tokenSeed)
    var (offset, count) = (0, 0)
    while true {
      var hashes = tokenHashes.mutableSpan
      Self.hashTokens(
        of: text.span.bytes, from: &offset, before: end, table, seed: seed, into: &hashes, &count)
      guard offset < end else { return count }
      // No room for the tokens of a block. Most texts have one in five bytes; none has more than bytes.
      tokenHashes += repeatElement(
        0, count: max(end / 4, tokenHashes.count) + ByteBlock.maximum)
    }
  }

  /// Goes on from `offset`, where a token or a space begins, until the text ends or there is no room for
  /// the hashes of another block.
  private static func hashTokens(
    of bytes: RawSpan, from start: inout Int, before end: Int, _ table: UnicodeTable, seed: UInt64,
    into hashes: inout MutableSpan<UInt64>, _ total: inout Int
  ) {
    var (offset, count) = (start, total)
    defer { (start, total) = (offset, count) }
    while offset < end, count + ByteBlock.maximum <= hashes.count {
      let block = ByteBlock(of: bytes, from: offset, before: end)
      var (starts, done) = (block.tokenStarts, block.count)
      if done < end - offset, block.words &>> UInt64(truncatingIfNeeded: max(done, 1) &- 1) & 1 != 0
      {
        // The last word may go on behind the block.
        done = UInt64.bitWidth - 1 - starts.leadingZeroBitCount
        starts &= ~(1 &<< UInt64(truncatingIfNeeded: done))
      }
      while starts != 0 {
        let first = starts.trailingZeroBitCount
        starts &= starts &- 1
        let run = (~(block.words &>> UInt64(truncatingIfNeeded: first))).trailingZeroBitCount
        // A byte of no word is a token of its own.
        hashes[unchecked: count] = hash(
          of: bytes, from: offset &+ first, size: max(1, run), seed: seed)
        count &+= 1
      }
      offset += done
      guard done == 0 else { continue }
      // A token that is not ASCII, or as long as a block.
      let size = tokenSize(in: bytes, at: offset, before: end, table)
      if size > 0 {
        hashes[unchecked: count] = hash(of: bytes, from: offset, size: size, seed: seed)
        count += 1
      }
      offset += max(size, 1)
    }
  }

  /// Sizes of the tokens of the normalized text, each with where it begins. The plain twin of
  /// `hashTokens`' scan.
  func tokenRanges() -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var offset = 0
    while offset < cursor.count {
      let size = Self.tokenSize(
        in: normalized.span.bytes, at: offset, before: cursor.count, table)
      if size > 0 { ranges.append(offset..<offset + size) }
      offset += max(size, 1)
    }
    return ranges
  }

  /// Size of the token that begins at `offset`; 0 at the space.
  private static func tokenSize(
    in bytes: RawSpan, at offset: Int, before end: Int, _ table: UnicodeTable
  ) -> Int {
    let first = bytes.scalar(at: offset)
    let properties = table[first.value]
    if properties.isSpace { return 0 }
    var next = offset + first.size
    guard properties.isWord else { return next - offset }
    while next < end {
      let scalar = bytes.scalar(at: next)
      guard table[scalar.value].isWord else { break }
      next += scalar.size
    }
    return next - offset
  }

  /// The hash of the token of so many bytes, at least one, at an offset; up to 7 bytes behind it are
  /// read.
  @inline(__always)
  private static func hash(
    of bytes: RawSpan, from offset: Int, size: Int, seed: UInt64
  ) -> UInt64 {
    var state = seed ^ UInt64(truncatingIfNeeded: size) &* Mixing.golden
    var (place, rest) = (offset, size)
    while rest > 8 {
      state = Mixing.folded(state ^ bytes.word(at: place), Mixing.multiplier)
      place += 8
      rest -= 8
    }
    let kept = UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- 8 &* rest)
    return Mixing.folded(state ^ bytes.word(at: place) & kept, Mixing.multiplier)
  }
}

/// What tests and tools look at.
extension Shingler {
  /// The normalized text so far.
  package var normalizedText: String {
    String(decoding: normalized[..<cursor.count], as: UTF8.self)
  }

  /// The tokens so far.
  package var tokens: [String] {
    tokenRanges().map { String(decoding: normalized[$0], as: UTF8.self) }
  }

  /// The hash of one token, by the plain route.
  func hash(ofToken range: Range<Int>) -> UInt64 {
    Self.hash(
      of: normalized.span.bytes, from: range.lowerBound, size: range.count, seed: tokenSeed)
  }
}
