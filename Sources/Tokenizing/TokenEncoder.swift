/// Encodes with a tokenizer, and keeps what makes that fast: one a thread. A class, so that its
/// cache goes back to the tokenizer when it ends.
package final class TokenEncoder {
  package let tokenizer: Tokenizer
  private var cache: WordCache
  private var merges = MergeWork()
  private var paths = PathWork()
  private var counted: [UInt32] = []
  private var outer: [AddedTokens.Part] = []
  private var inner: [AddedTokens.Part] = []
  private var ends: [Int] = []

  package init(_ tokenizer: Tokenizer) {
    self.tokenizer = tokenizer
    cache = tokenizer.takeCache()
  }

  deinit { tokenizer.giveBack(cache) }

  /// How many tokens `text`, which is UTF-8, has; 0 for an empty text.
  ///
  /// - Complexity: O(n log n) in bytes at worst; for text that splits into words O(n).
  package func count(_ text: Span<UInt8>) -> Int {
    counted.removeAll(keepingCapacity: true)
    encode(text, into: &counted)
    return counted.count
  }

  /// The ids of the tokens of `text`, without special ones around it.
  package func ids(_ text: Span<UInt8>) -> [UInt32] {
    var ids: [UInt32] = []
    encode(text, into: &ids)
    return ids
  }

  private func encode(_ text: Span<UInt8>, into ids: inout [UInt32]) {
    guard !tokenizer.addedBefore.isEmpty else {
      return section(text, 0, text.count, into: &ids)
    }
    outer.removeAll(keepingCapacity: true)
    tokenizer.addedBefore.parts(text, into: &outer)
    for part in outer {
      if let id = part.id {
        ids.append(id)
      } else {
        section(text, part.start, part.end, into: &ids)
      }
    }
  }

  /// What lies between added tokens of the text as it came.
  private func section(_ text: Span<UInt8>, _ start: Int, _ end: Int, into ids: inout [UInt32]) {
    guard start < end else { return }
    var isPlain = tokenizer.normalizer == nil
    if let normalizer = tokenizer.normalizer, normalizer.keepsASCII {
      isPlain = Self.isASCII(text, start, end)
    }
    // The usual case: nothing to normalize, one split, and then the model.
    if isPlain, tokenizer.addedAfter.isEmpty, let split = tokenizer.onlySplit {
      ends.removeAll(keepingCapacity: true)
      split.split(text, start, end, into: &ends)
      var piece = start
      for next in ends {
        encode(text, piece, next, into: &ids)
        piece = next
      }
      return
    }
    var bytes: [UInt8] = []
    bytes.append(text, start, end)
    if !isPlain, let normalizer = tokenizer.normalizer { bytes = normalizer.apply(bytes) }
    guard !tokenizer.addedAfter.isEmpty else {
      return pieces(bytes, isFirst: start == 0, into: &ids)
    }
    inner.removeAll(keepingCapacity: true)
    tokenizer.addedAfter.parts(bytes.span, into: &inner)
    for part in inner {
      if let id = part.id {
        ids.append(id)
      } else {
        let isFirst = start == 0 && part.start == 0
        pieces(Array(bytes[part.start..<part.end]), isFirst: isFirst, into: &ids)
      }
    }
  }

  private static func isASCII(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var index = start
    var all: UInt64 = 0
    while index + 8 <= end {
      all |= ByteHash.word(text, index)
      index += 8
    }
    while index < end {
      all |= UInt64(text[index])
      index += 1
    }
    return all & 0x8080_8080_8080_8080 == 0
  }

  /// Cuts a normalized text into pieces, and gives them to the model.
  private func pieces(_ text: [UInt8], isFirst: Bool, into ids: inout [UInt32]) {
    var pieces = Pieces(text, isFirst: isFirst)
    for step in tokenizer.steps { pieces.apply(step) }
    let span = pieces.text.span
    for range in pieces.ranges where range.start < range.end {
      encode(span, range.start, range.end, into: &ids)
    }
  }

  /// One piece.
  @inline(__always)
  private func encode(_ text: Span<UInt8>, _ start: Int, _ end: Int, into ids: inout [UInt32]) {
    guard end - start <= WordCache.pieceBytesMaximum else {
      return model(text, start, end, into: &ids)
    }
    let hash = ByteHash.of(text, start, end)
    if cache.find(text, start, end, hash, into: &ids) { return }
    let before = ids.count
    model(text, start, end, into: &ids)
    cache.insert(text, start, end, hash, ids, from: before)
  }

  private func model(_ text: Span<UInt8>, _ start: Int, _ end: Int, into ids: inout [UInt32]) {
    switch tokenizer.model {
    case .bytePair(let model): model.encode(text, start, end, &merges, into: &ids)
    case .wordPiece(let model): model.encode(text, start, end, into: &ids)
    case .unigram(let model): model.encode(text, start, end, &paths, into: &ids)
    case .wordLevel(let model): model.encode(text, start, end, into: &ids)
    }
  }
}

extension Tokenizer {
  /// The split where it is all that happens before the model.
  var onlySplit: KnownSplit? {
    var found: KnownSplit?
    for step in steps {
      switch step {
      case .byteLevel(addsSpace: false, mapsBytes: false): continue
      case .split(.known(let split), .isolated, isInverted: false) where found == nil:
        found = split
      default: return nil
      }
    }
    return found
  }
}
