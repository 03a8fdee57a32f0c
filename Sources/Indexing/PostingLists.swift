internal import Containers

// Buckets of two or more ordinals: lists of nodes of eight words, the newest node first.
//
//   node     handle of the next node or `none` | number of ordinals | six ordinals
//   free     handle of the next free node
//
// A handle is the node's first word divided by eight. Nothing ever moves, so a bucket of any size
// grows without a pause; reading one takes a cache line for six ordinals, each of which costs more
// than that to look at.

/// Growing lists of ordinals, in no order that matters.
final class PostingLists {
  static let none = UInt32.max
  private static let nodeWords = 8
  private static let nodeOrdinals = 6

  private let words = ChunkedArray<UInt32>()
  private var free = none

  /// A new list of two ordinals.
  func make(_ first: UInt32, _ second: UInt32) -> UInt32 {
    let node = allocate(next: Self.none)
    push(first, node)
    push(second, node)
    return node
  }

  /// Adds an ordinal; returns the handle that the list has now.
  ///
  /// - Complexity: O(1).
  func append(_ ordinal: UInt32, to list: UInt32) -> UInt32 {
    var head = list
    if count(head) == Self.nodeOrdinals { head = allocate(next: head) }
    push(ordinal, head)
    return head
  }

  /// Takes an ordinal out; nil where it was not there, else the handle that the list has now.
  ///
  /// - Complexity: O(length of the list).
  func remove(_ ordinal: UInt32, from list: UInt32) -> UInt32? {
    var node = list
    while node != Self.none {
      let start = first(node)
      for place in start..<start + count(node) where words[place] == ordinal {
        // The newest one takes its place.
        words[place] = words[first(list) + count(list) - 1]
        words[Int(list) * Self.nodeWords + 1] -= 1
        guard count(list) == 0 else { return list }
        let next = words[Int(list) * Self.nodeWords]
        words[Int(list) * Self.nodeWords] = free
        free = list
        return next
      }
      node = words[Int(node) * Self.nodeWords]
    }
    return nil
  }

  /// The ordinal of a list that has only one.
  func single(_ list: UInt32) -> UInt32? {
    count(list) == 1 && words[Int(list) * Self.nodeWords] == Self.none ? words[first(list)] : nil
  }

  /// Gives up a list of one node.
  func release(_ list: UInt32) {
    words[Int(list) * Self.nodeWords + 1] = 0
    words[Int(list) * Self.nodeWords] = free
    free = list
  }

  @inline(__always)
  func forEach(_ list: UInt32, _ body: (UInt32) -> Void) {
    var node = list
    while node != Self.none {
      let start = first(node)
      for place in start..<start + count(node) { body(words[place]) }
      node = words[Int(node) * Self.nodeWords]
    }
  }

  /// - Complexity: O(length of the list).
  func length(_ list: UInt32) -> Int {
    var length = 0
    forEach(list) { _ in length += 1 }
    return length
  }

  var byteCount: Int { words.byteCount }

  @inline(__always)
  private func first(_ node: UInt32) -> Int { Int(node) * Self.nodeWords + 2 }

  @inline(__always)
  private func count(_ node: UInt32) -> Int { Int(words[Int(node) * Self.nodeWords + 1]) }

  private func push(_ ordinal: UInt32, _ node: UInt32) {
    words[first(node) + count(node)] = ordinal
    words[Int(node) * Self.nodeWords + 1] += 1
  }

  private func allocate(next: UInt32) -> UInt32 {
    let node: UInt32
    if free != Self.none {
      node = free
      free = words[Int(node) * Self.nodeWords]
    } else {
      node = UInt32(words.count / Self.nodeWords)
      for _ in 0..<Self.nodeWords { words.append(0) }
    }
    words[Int(node) * Self.nodeWords] = next
    words[Int(node) * Self.nodeWords + 1] = 0
    return node
  }
}
