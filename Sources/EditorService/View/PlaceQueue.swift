/// Groups by the place of their first record, each at most once: a binary heap.
struct PlaceQueue {
  private var heap: [(place: UInt64, group: TwinGroup)] = []
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

  /// The first group that waits. Places stay as they are until the queue is empty.
  /// - Complexity: O(log groups) each.
  mutating func takeFirst() -> TwinGroup? {
    for group in incoming where group.isQueued && !group.members.isEmpty {
      push((group.first.place, group))
    }
    incoming.removeAll(keepingCapacity: true)
    while let first = heap.first?.group {
      let last = heap.removeLast()
      if !heap.isEmpty {
        heap[0] = last
        sink()
      }
      guard first.isQueued else { continue }
      first.isQueued = false
      return first
    }
    return nil
  }

  private mutating func push(_ entry: (place: UInt64, group: TwinGroup)) {
    heap.append(entry)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].place < heap[parent].place else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].place < heap[least].place {
        least = child
      }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
