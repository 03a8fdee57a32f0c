internal import Containers

// Lists of two or more ordinals, in nodes of eight words, the newest node first.
//
//   node     handle of the next node or `none` | length << 3 | ordinals in this node | six ordinals
//   free     handle of the next free node
//
// A handle is the node's first word divided by eight. The length of the list is kept in its first
// node. Nothing ever moves, so a list of any length grows without a pause; reading one takes a cache
// line for six ordinals, each of which costs more than that to look at.

/// Growing lists of ordinals, in no order that matters.
final class PostingLists {
  static let none = UInt32.max
  private static let nodeWords = 8
  private static let nodeOrdinals = 6

  private let words = ChunkedArray<UInt32>()
  private var free = none

  var byteCount: Int { words.byteCount }

  /// A new list of two ordinals.
  func make(_ first: UInt32, _ second: UInt32) -> UInt32 {
    let node = allocate(next: Self.none, length: 0)
    push(first, node)
    push(second, node)
    return node
  }

  /// Adds an ordinal; returns the handle that the list has now.
  ///
  /// - Complexity: O(1).
  func append(_ ordinal: UInt32, to list: UInt32) -> UInt32 {
    var head = list
    if count(head) == Self.nodeOrdinals { head = allocate(next: head, length: length(list)) }
    push(ordinal, head)
    return head
  }

  /// Ordinals in a list.
  @inline(__always)
  func length(_ list: UInt32) -> Int { Int(words[header(list)] >> 3) }

  /// Takes an ordinal out; nil where it was not there, else the handle that the list has now: `none`
  /// where it was the last.
  ///
  /// - Complexity: O(length of the list).
  func remove(_ ordinal: UInt32, from list: UInt32) -> UInt32? {
    var node = list
    while node != Self.none {
      let start = first(node)
      for place in start..<start + count(node) where words[place] == ordinal {
        // The newest one takes its place.
        words[place] = words[first(list) + count(list) - 1]
        words[header(list)] -= 9
        guard count(list) == 0 else { return list }
        let (next, length) = (next(list), length(list))
        release(node: list)
        if next != Self.none {
          words[header(next)] = UInt32(length) << 3 | UInt32(count(next))
        }
        return next
      }
      node = next(node)
    }
    return nil
  }

  /// The ordinal of a list that has only one.
  func single(_ list: UInt32) -> UInt32? { length(list) == 1 ? words[first(list)] : nil }

  /// Gives up a whole list.
  func release(_ list: UInt32) {
    var node = list
    while node != Self.none {
      let next = next(node)
      release(node: node)
      node = next
    }
  }

  @inline(__always)
  func forEach(_ list: UInt32, _ body: (UInt32) -> Void) {
    var node = list
    while node != Self.none {
      let start = first(node)
      for place in start..<start + count(node) { body(words[place]) }
      node = next(node)
    }
  }

  @inline(__always)
  private func header(_ node: UInt32) -> Int { Int(node) * Self.nodeWords + 1 }

  @inline(__always)
  private func first(_ node: UInt32) -> Int { Int(node) * Self.nodeWords + 2 }

  @inline(__always)
  private func next(_ node: UInt32) -> UInt32 { words[Int(node) * Self.nodeWords] }

  @inline(__always)
  private func count(_ node: UInt32) -> Int { Int(words[header(node)] & 7) }

  private func push(_ ordinal: UInt32, _ node: UInt32) {
    words[first(node) + count(node)] = ordinal
    words[header(node)] += 9
  }

  private func release(node: UInt32) {
    words[header(node)] = 0
    words[Int(node) * Self.nodeWords] = free
    free = node
  }

  private func allocate(next: UInt32, length: Int) -> UInt32 {
    let node: UInt32
    if free != Self.none {
      node = free
      free = self.next(node)
    } else {
      node = UInt32(words.count / Self.nodeWords)
      for _ in 0..<Self.nodeWords { words.append(0) }
    }
    words[Int(node) * Self.nodeWords] = next
    words[header(node)] = UInt32(length) << 3
    return node
  }
}
