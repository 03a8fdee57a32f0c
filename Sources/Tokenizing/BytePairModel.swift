/// Byte-pair encoding: a piece begins as its smallest symbols, and the pair of neighbours that was
/// learnt first is merged, the leftmost of equals, until no pair is known.
///
/// Sennrich, Haddow and Birch, "Neural Machine Translation of Rare Words with Subword Units", 2016.
struct BytePairModel: Sendable {
  /// What a piece begins as.
  enum Symbols: Sendable {
    /// A symbol a byte; by byte, `missing` where the vocabulary has none.
    case bytes([UInt32])
    /// A symbol a scalar.
    case scalars(ScalarRule)
  }

  struct ScalarRule: Sendable {
    /// Put before every scalar but a piece's first, and after its last.
    var prefix: [UInt8] = []
    var suffix: [UInt8] = []
    /// Ids of `<0x00>` to `<0xFF>`, for scalars that are no symbol; empty where they are not used.
    var fallback: [UInt32] = []
  }

  static let missing = UInt32.max

  let vocabulary: Vocabulary
  let merges: PairTable
  let symbols: Symbols
  /// Stands for what is no symbol; without one that is left out.
  let unknown: UInt32?
  let fusesUnknown: Bool
  /// Whether a piece that is a token is that token, whatever the merges say.
  let takesWholePieces: Bool

  /// Appends the tokens of `text[start..<end]`.
  ///
  /// - Complexity: O(n log n) in bytes.
  func encode(
    _ text: Span<UInt8>, _ start: Int, _ end: Int, _ work: inout MergeWork, into ids: inout [UInt32]
  ) {
    if takesWholePieces, let id = vocabulary.id(of: text, start, end) {
      ids.append(id)
      return
    }
    work.symbols.removeAll(keepingCapacity: true)
    switch symbols {
    case .bytes(let table): begin(text, start, end, table, &work)
    case .scalars(let rule): begin(text, start, end, rule, &work)
    }
    if work.symbols.count <= MergeWork.shortMaximum {
      work.mergeShort(merges)
      ids += work.symbols
    } else {
      work.mergeLong(merges, into: &ids)
    }
  }

  private func begin(
    _ text: Span<UInt8>, _ start: Int, _ end: Int, _ table: [UInt32], _ work: inout MergeWork
  ) {
    var hasUnknown = false
    for index in start..<end {
      let id = table[Int(text[index])]
      if id != Self.missing {
        work.symbols.append(id)
        hasUnknown = false
      } else if let unknown, !(hasUnknown && fusesUnknown) {
        work.symbols.append(unknown)
        hasUnknown = true
      }
    }
  }

  private func begin(
    _ text: Span<UInt8>, _ start: Int, _ end: Int, _ rule: ScalarRule, _ work: inout MergeWork
  ) {
    var index = start
    // Comes before the next symbol of the vocabulary, as in the original.
    var pending: UInt32?
    while index < end {
      let next = index + Scalars.decode(text, index, end).size
      let id: UInt32?
      if rule.prefix.isEmpty && rule.suffix.isEmpty {
        id = vocabulary.id(of: text, index, next)
      } else {
        var symbol = index > start ? rule.prefix : []
        symbol.append(text, index, next)
        if next == end { symbol += rule.suffix }
        id = vocabulary.id(of: symbol)
      }
      if let id {
        if let waiting = pending { work.symbols.append(waiting) }
        pending = nil
        work.symbols.append(id)
      } else if let bytes = fallback(text, index, next, rule) {
        work.symbols += bytes
      } else if let unknown {
        if let waiting = pending, !fusesUnknown { work.symbols.append(waiting) }
        pending = unknown
      }
      index = next
    }
    if let pending { work.symbols.append(pending) }
  }

  /// The byte tokens of a scalar, if there are such for all its bytes.
  private func fallback(
    _ text: Span<UInt8>, _ start: Int, _ end: Int, _ rule: ScalarRule
  ) -> [UInt32]? {
    guard !rule.fallback.isEmpty else { return nil }
    var ids: [UInt32] = []
    for index in start..<end { ids.append(rule.fallback[Int(text[index])]) }
    return ids.contains(Self.missing) ? nil : ids
  }

  /// Whether no merge reaches over the place where `mark` follows something else: then a text can
  /// be cut there without changing its tokens.
  ///
  /// - Complexity: O(bytes of the vocabulary).
  func neverJoins(before mark: [UInt8]) -> Bool {
    guard case .scalars(let rule) = symbols, rule.prefix.isEmpty, rule.suffix.isEmpty,
      !takesWholePieces, vocabulary.id(of: mark) != nil
    else { return false }
    var joins = false
    vocabulary.visit { token, _ in
      guard token.count > mark.count else { return }
      var index = token.startIndex + 1
      while index + mark.count <= token.endIndex {
        if token[index..<(index + mark.count)].elementsEqual(mark) {
          let before = index - mark.count
          let follows =
            before < token.startIndex || !token[before..<index].elementsEqual(mark)
          if follows { joins = true }
        }
        index += 1
      }
    }
    return !joins
  }
}
