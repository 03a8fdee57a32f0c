/// Groups by the place of their first record, each at most once: a binary heap.
struct PlaceQueue {
  private var heap: [TwinGroup] = []
  /// Those that were put in since the last one was taken out: they have no order yet, since records may
  /// still be on the move.
  private var incoming: [TwinGroup] = []

  /// - Complexity: O(1).
  mutating func insert(_ group: TwinGroup) {
    guard !group.isQueued else { return }
    group.isQueued = true
    incoming.append(group)
  }

  /// A group that is gone.
  mutating func forget(_ group: TwinGroup) { group.isQueued = false }

  /// - Complexity: O(log groups) each.
  mutating func takeFirst() -> TwinGroup? {
    for group in incoming where group.isQueued && !group.members.isEmpty { push(group) }
    incoming.removeAll(keepingCapacity: true)
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      sink()
    }
    first.isQueued = false
    return first
  }

  private mutating func push(_ group: TwinGroup) {
    heap.append(group)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].precedes(heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].precedes(heap[least]) {
        least = child
      }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
