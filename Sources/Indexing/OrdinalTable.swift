internal import Containers

/// A multimap from 64-bit keys to ordinals: six bytes for a key with one, a list for a key with more.
///
/// Two keys with one tag share a bucket; who looks compares what the ordinals stand for.
final class OrdinalTable {
  /// Ordinals and handles of lists are below this.
  static let ordinalLimit: UInt32 = 1 << 27
  private static let listFlag: UInt32 = 1 << 27
  /// Stands for a list that was given up because it was too long.
  private static let saturated = TagTable.valueLimit - 2

  private let table: TagTable
  private let lists = PostingLists()

  init(segmentBits: Int) { table = TagTable(segmentBits: segmentBits) }

  /// The most ordinals that a key has had.
  private(set) var longest = 0

  var bucketCount: Int { table.count }
  var byteCount: Int { table.byteCount + lists.byteCount }

  /// Asks the memory for what a search for the key will look at first.
  @inline(__always)
  func prefetch(_ key: UInt64) { table.prefetch(key) }

  /// How many ordinals a key has, where that is told along with them.
  enum Length: Equatable {
    case known(Int)
    /// The list was given up.
    case givenUp
  }

  /// Calls `body` with every ordinal of the key.
  ///
  /// - Complexity: O(1 + ordinals) expected.
  @inline(__always) @discardableResult
  func forEach(_ key: UInt64, _ body: (UInt32) -> Void) -> Length {
    guard let value = table.first(key) else { return .known(0) }
    guard value & Self.listFlag != 0 else {
      body(value)
      return .known(1)
    }
    guard value != Self.saturated else { return .givenUp }
    let list = value & ~Self.listFlag
    lists.forEach(list, body)
    return .known(lists.length(list))
  }

  /// Ordinals of the key.
  func length(_ key: UInt64) -> Int {
    guard let value = table.first(key) else { return 0 }
    return value & Self.listFlag == 0 ? 1 : lists.length(value & ~Self.listFlag)
  }

  /// Adds an ordinal to the key, unless it has `most` already; false then.
  ///
  /// - Complexity: O(1) expected.
  @discardableResult
  func insert(_ ordinal: UInt32, _ key: UInt64, most: Int = .max) -> Bool {
    guard let had = table.insertIfNew(key, ordinal) else {
      longest = max(longest, 1)
      return true
    }
    guard let value = adding(ordinal, to: had, most: most) else { return false }
    if had != value { replace(key, had, with: value) }
    return true
  }

  /// What stands for a key with one ordinal more; nil where it has `most` already.
  private func adding(_ ordinal: UInt32, to value: UInt32?, most: Int) -> UInt32? {
    guard let value else {
      longest = max(longest, 1)
      return ordinal
    }
    var list = value & ~Self.listFlag
    if value & Self.listFlag == 0 {
      list = lists.make(value, ordinal)
    } else {
      if lists.length(list) >= most { return nil }
      list = lists.append(ordinal, to: list)
    }
    longest = max(longest, lists.length(list))
    return list | Self.listFlag
  }

  /// Adds many ordinals to many keys, as `insert` does one after another.
  ///
  /// - Parameters:
  ///   - words: in ascending order of their keys, those of one key in their own order.
  ///   - ordinal: of a word, and how many its key may have.
  ///   - refuse: called with the words that found their key full.
  /// - Complexity: O(words + keys of the segments that they go to).
  func insert(
    _ words: Span<TagTable.KeyedWord>,
    ordinal: (TagTable.KeyedWord) -> (ordinal: UInt32, most: Int),
    refuse: (TagTable.KeyedWord) -> Void
  ) {
    table.merge(words) { had, range in
      var value = had
      for index in range {
        let word = words[unchecked: index]
        let (ordinal, most) = ordinal(word)
        if let new = adding(ordinal, to: value, most: most) {
          value = new
        } else {
          refuse(word)
        }
      }
      guard let value else { preconditionFailure("an empty key takes the first") }
      return value
    }
  }

  /// The same, but a key that has `most` already gives its list up for good.
  func insertOrGiveUp(_ ordinal: UInt32, _ key: UInt64, most: Int) {
    guard let had = table.insertIfNew(key, ordinal) else {
      longest = max(longest, 1)
      return
    }
    guard had != Self.saturated else { return }
    if let value = adding(ordinal, to: had, most: most) {
      if had != value { replace(key, had, with: value) }
    } else {
      lists.release(had & ~Self.listFlag)
      replace(key, had, with: Self.saturated)
    }
  }

  /// Takes an ordinal out of the key; false if it was not there.
  ///
  /// - Complexity: O(ordinals of the key).
  func remove(_ ordinal: UInt32, _ key: UInt64) -> Bool {
    guard let value = table.first(key), value != Self.saturated else { return false }
    guard value & Self.listFlag != 0 else {
      return value == ordinal && table.remove(key, value)
    }
    guard let list = lists.remove(ordinal, from: value & ~Self.listFlag) else { return false }
    if let last = lists.single(list) {
      lists.release(list)
      replace(key, value, with: last)
    } else if list | Self.listFlag != value {
      replace(key, value, with: list | Self.listFlag)
    }
    return true
  }

  private func replace(_ key: UInt64, _ value: UInt32, with new: UInt32) {
    let replaced = table.replace(key, value, with: new)
    precondition(replaced, "a bucket that was found is there")
  }

  /// Calls `body` with the number of ordinals of every key.
  /// - Complexity: O(keys).
  func forEachLength(_ body: (Int) -> Void) {
    table.forEachValue { value in
      if value == Self.saturated {
        body(0)
      } else {
        body(value & Self.listFlag == 0 ? 1 : lists.length(value & ~Self.listFlag))
      }
    }
  }

  func checkInvariants() { table.checkInvariants() }
}
