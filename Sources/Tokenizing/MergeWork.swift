/// The symbols of one piece while they are merged.
struct MergeWork: Sendable {
  /// Pieces up to this many symbols are merged in a plain array; longer ones with a heap.
  static let shortMaximum = 48

  var symbols: [UInt32] = []
  /// By position, the merge with the next symbol.
  private var pairs: [UInt64] = []

  private struct Link {
    var id: UInt32
    var previous: Int32
    var next: Int32
    var isGone = false
  }

  private struct Candidate {
    /// Rank above, position below: the order in which merges happen.
    var order: UInt64
    var token: UInt32
  }

  private var links: [Link] = []
  private var heap: [Candidate] = []

  /// Merges `symbols` in place.
  ///
  /// - Complexity: O(n²) in symbols, for few of them.
  mutating func mergeShort(_ merges: PairTable) {
    guard symbols.count > 1 else { return }
    pairs.removeAll(keepingCapacity: true)
    for index in 1..<symbols.count {
      pairs.append(merges.merge(symbols[index - 1], symbols[index]))
    }
    while true {
      var best = PairTable.none
      var position = 0
      for index in pairs.indices where pairs[index] < best {
        // Of one rank, which is one pair, the leftmost.
        best = pairs[index]
        position = index
      }
      guard best != PairTable.none else { return }
      symbols[position] = UInt32(truncatingIfNeeded: best)
      symbols.remove(at: position + 1)
      pairs.remove(at: position)
      if position < pairs.count {
        pairs[position] = merges.merge(symbols[position], symbols[position + 1])
      }
      if position > 0 {
        pairs[position - 1] = merges.merge(symbols[position - 1], symbols[position])
      }
    }
  }

  /// Merges `symbols` and appends what they became.
  ///
  /// - Complexity: O(n log n) in symbols.
  mutating func mergeLong(_ merges: PairTable, into ids: inout [UInt32]) {
    links.removeAll(keepingCapacity: true)
    heap.removeAll(keepingCapacity: true)
    for (index, id) in symbols.enumerated() {
      let next = index + 1 < symbols.count ? Int32(index + 1) : -1
      links.append(Link(id: id, previous: Int32(index) - 1, next: next))
    }
    for index in 0..<(links.count - 1) { offer(index, merges) }
    while let best = pop() {
      let position = Int(UInt32(truncatingIfNeeded: best.order))
      let link = links[position]
      guard !link.isGone, link.next >= 0 else { continue }
      let right = links[Int(link.next)]
      // The pair may have become another one since.
      let merge = merges.merge(link.id, right.id)
      guard merge != PairTable.none, UInt32(truncatingIfNeeded: merge) == best.token else {
        continue
      }
      links[Int(link.next)].isGone = true
      links[position].id = best.token
      links[position].next = right.next
      if right.next >= 0 { links[Int(right.next)].previous = Int32(position) }
      if link.previous >= 0 { offer(Int(link.previous), merges) }
      if right.next >= 0 { offer(position, merges) }
    }
    var index: Int32 = 0
    while index >= 0 {
      ids.append(links[Int(index)].id)
      index = links[Int(index)].next
    }
  }

  private mutating func offer(_ position: Int, _ merges: PairTable) {
    let next = links[position].next
    guard next >= 0 else { return }
    let merge = merges.merge(links[position].id, links[Int(next)].id)
    guard merge != PairTable.none else { return }
    push(
      Candidate(
        order: merge & 0xFFFF_FFFF_0000_0000 | UInt64(position),
        token: UInt32(truncatingIfNeeded: merge)))
  }

  // MARK: A binary heap, the smallest order on top

  private mutating func push(_ candidate: Candidate) {
    heap.append(candidate)
    var index = heap.count - 1
    while index > 0 {
      let parent = (index - 1) / 2
      guard heap[index].order < heap[parent].order else { return }
      heap.swapAt(index, parent)
      index = parent
    }
  }

  private mutating func pop() -> Candidate? {
    guard let top = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return top }
    heap[0] = last
    var index = 0
    while true {
      var least = index
      for child in [2 * index + 1, 2 * index + 2] where child < heap.count {
        if heap[child].order < heap[least].order { least = child }
      }
      if least == index { return top }
      heap.swapAt(index, least)
      index = least
    }
  }
}
