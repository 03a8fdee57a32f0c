/// WordPiece: from the left the longest token that fits, again and again; a word that cannot be
/// covered is unknown as a whole. As BERT does it.
struct WordPieceModel: Sendable {
  let vocabulary: Vocabulary
  /// Before every token of a word but the first.
  let prefix: [UInt8]
  let unknown: UInt32
  let scalarsMaximum: Int
  /// The longest token in bytes, with its prefix.
  let tokenBytesMaximum: Int

  /// - Complexity: O(n · longest token²) in bytes at worst; words longer than the maximum are not
  ///   looked at.
  func encode(_ text: Span<UInt8>, _ start: Int, _ end: Int, into ids: inout [UInt32]) {
    var scalars = 0
    for index in start..<end where text[index] & 0xC0 != 0x80 { scalars += 1 }
    guard scalars <= scalarsMaximum else { return ids.append(unknown) }
    let before = ids.count
    var index = start
    while index < end {
      guard let (id, next) = longest(text, index, end, isFirst: index == start) else {
        ids.removeSubrange(before...)
        return ids.append(unknown)
      }
      ids.append(id)
      index = next
    }
  }

  private func longest(
    _ text: Span<UInt8>, _ index: Int, _ end: Int, isFirst: Bool
  ) -> (id: UInt32, end: Int)? {
    var stop = min(end, index + tokenBytesMaximum)
    if isFirst {
      while stop > index {
        if let id = vocabulary.id(of: text, index, stop) { return (id, stop) }
        stop = previous(text, stop, index)
      }
      return nil
    }
    var piece = prefix
    piece.append(text, index, stop)
    while stop > index {
      let size = prefix.count + stop - index
      if let id = vocabulary.id(of: piece.span, 0, size) { return (id, stop) }
      stop = previous(text, stop, index)
    }
    return nil
  }

  private func previous(_ text: Span<UInt8>, _ index: Int, _ start: Int) -> Int {
    var index = index - 1
    while index > start, text[index] & 0xC0 == 0x80 { index -= 1 }
    return index
  }
}

/// A token a piece, and one for all that are unknown.
struct WordLevelModel: Sendable {
  let vocabulary: Vocabulary
  let unknown: UInt32?

  func encode(_ text: Span<UInt8>, _ start: Int, _ end: Int, into ids: inout [UInt32]) {
    if let id = vocabulary.id(of: text, start, end) ?? unknown { ids.append(id) }
  }
}
