/// The unigram model: of all ways to cut a piece into tokens the one with the greatest sum of scores.
///
/// Kudo, "Subword Regularization", 2018. Scores are added in the order of the text, in binary64, so
/// that the sums, and with them the ways, are those of other programs.
struct UnigramModel: Sendable {
  let tokens: ByteTrie
  /// By token id.
  let scores: [Double]
  let unknown: UInt32?
  /// The score of a scalar that no token covers.
  let unknownScore: Double
  /// Ids of `<0x00>` to `<0xFF>`; empty where they are not used.
  let fallback: [UInt32]

  /// Far below the least of the vocabulary.
  static let unknownPenalty = 10.0

  /// - Complexity: O(n · longest token) in bytes.
  func encode(
    _ text: Span<UInt8>, _ start: Int, _ end: Int, _ work: inout PathWork, into ids: inout [UInt32]
  ) {
    work.reset(count: end - start + 1)
    var index = start
    while index < end {
      let size = Scalars.decode(text, index, end).size
      let base = work.score[index - start]
      var coversScalar = false
      var node: UInt32 = 0
      var stop = index
      while stop < end {
        node = tokens.next(node, text[stop])
        if node == ByteTrie.none { break }
        stop += 1
        let token = tokens.value(node)
        guard token != ByteTrie.none else { continue }
        work.offer(base + scores[Int(token)], token, from: index - start, to: stop - start)
        if stop - index == size { coversScalar = true }
      }
      if !coversScalar {
        work.offer(
          base + unknownScore, ByteTrie.none, from: index - start, to: index + size - start)
      }
      index += size
    }
    trace(text, start, &work, into: &ids)
  }

  /// Follows the best way back from the end, and appends it forwards; unknown scalars in a row are
  /// one.
  private func trace(
    _ text: Span<UInt8>, _ start: Int, _ work: inout PathWork, into ids: inout [UInt32]
  ) {
    work.path.removeAll(keepingCapacity: true)
    var position = work.score.count - 1
    while position > 0 {
      let from = work.from[position]
      if work.token[position] == ByteTrie.none, let last = work.path.last,
        last.token == ByteTrie.none
      {
        work.path[work.path.count - 1].start = from
      } else {
        work.path.append((work.token[position], from, position))
      }
      position = from
    }
    for step in work.path.reversed() {
      if step.token != ByteTrie.none {
        ids.append(step.token)
      } else if !appendBytes(text, start + step.start, start + step.end, into: &ids), let unknown {
        ids.append(unknown)
      }
    }
  }

  private func appendBytes(
    _ text: Span<UInt8>, _ start: Int, _ end: Int, into ids: inout [UInt32]
  ) -> Bool {
    guard !fallback.isEmpty else { return false }
    for index in start..<end where fallback[Int(text[index])] == BytePairModel.missing {
      return false
    }
    for index in start..<end { ids.append(fallback[Int(text[index])]) }
    return true
  }
}

/// The best way to each place of a piece.
struct PathWork: Sendable {
  fileprivate(set) var score: [Double] = []
  fileprivate var token: [UInt32] = []
  fileprivate var from: [Int] = []
  fileprivate var path: [(token: UInt32, start: Int, end: Int)] = []

  fileprivate mutating func reset(count: Int) {
    score.removeAll(keepingCapacity: true)
    token.removeAll(keepingCapacity: true)
    from.removeAll(keepingCapacity: true)
    score += repeatElement(0, count: count)
    token += repeatElement(ByteTrie.none, count: count)
    // Before the start: no way has come here yet.
    from += repeatElement(-1, count: count)
  }

  @inline(__always)
  fileprivate mutating func offer(_ sum: Double, _ id: UInt32, from start: Int, to end: Int) {
    guard from[end] < 0 || sum > score[end] else { return }
    score[end] = sum
    token[end] = id
    from[end] = start
  }
}
