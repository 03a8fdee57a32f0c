/// Normalized text → tokens.
extension Shingler {
  /// Fills `tokenHashes` with the hash of each token of the normalized text.
  ///
  /// Eight bytes are classified at once; for a token of ASCII up to seven bytes long, nearly all of
  /// them, the same eight bytes are what is hashed.
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
      // It is full. Most texts have a token in five bytes; no text has more than bytes.
      tokenHashes += repeatElement(0, count: max(end / 4, tokenHashes.count) + 16)
    }
  }

  /// Goes on from `offset` until the text ends or there is no room for another hash.
  private static func hashTokens(
    of bytes: RawSpan, from offset: inout Int, before end: Int, _ table: UnicodeTable, seed: UInt64,
    into hashes: inout MutableSpan<UInt64>, _ count: inout Int
  ) {
    let room = hashes.count
    while offset < end, count < room {
      let word = bytes.word(at: offset)
      let run = Bytes.lowerRun(word)
      if run == 0 {
        let byte = UInt8(truncatingIfNeeded: word)
        if byte < 0x80 {
          if byte != 0x20 {
            hashes[unchecked: count] = hash(ofShort: word, size: 1, seed: seed)
            count += 1
          }
          offset += 1
          continue
        }
      } else if run < 8, word >> UInt64(8 * run) & 0x80 == 0, offset + run <= end {
        hashes[unchecked: count] = hash(ofShort: word, size: run, seed: seed)
        count += 1
        offset += run
        continue
      }
      let size = tokenSize(in: bytes, at: offset, before: end, run: run, table)
      if size > 0 {
        hashes[unchecked: count] = hash(of: bytes, from: offset, size: size, seed: seed)
        count += 1
      }
      offset += max(size, 1)
    }
  }

  /// Size of the token that begins with `run` bytes of ASCII at `offset`; 0 at the space.
  private static func tokenSize(
    in bytes: RawSpan, at offset: Int, before end: Int, run: Int, _ table: UnicodeTable
  ) -> Int {
    var size = run
    var last = run
    while last == 8, offset + size < end {
      last = Bytes.lowerRun(bytes.word(at: offset + size))
      size += last
    }
    size = min(size, end - offset)
    if size > 0, offset + size == end || bytes.byte(at: offset + size) < 0x80 { return size }
    return tokenSize(in: bytes, at: offset, before: end, table)
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

  /// The hash of a token that is the first `size` bytes of a word, 1 to 8.
  @inline(__always)
  private static func hash(ofShort word: UInt64, size: Int, seed: UInt64) -> UInt64 {
    let kept = word & UInt64.max >> UInt64(64 - 8 * size)
    let state = seed ^ UInt64(truncatingIfNeeded: size) &* Mixing.golden
    return Mixing.folded(state ^ kept, Mixing.multiplier)
  }

  /// The hash of the token of so many bytes at an offset; up to 7 bytes behind it are read.
  private static func hash(
    of bytes: RawSpan, from offset: Int, size: Int, seed: UInt64
  ) -> UInt64 {
    var state = seed ^ UInt64(truncatingIfNeeded: size) &* Mixing.golden
    var done = 0
    while done < size {
      let kept = UInt64.max >> UInt64(max(0, 64 - 8 * (size - done)))
      state = Mixing.folded(state ^ bytes.word(at: offset + done) & kept, Mixing.multiplier)
      done += 8
    }
    return state
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
