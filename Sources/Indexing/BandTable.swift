internal import Containers

/// The buckets of all bands in one table: band key → the ordinal that is alone in its bucket, or the
/// list of those in it. The band's number is in the seed of its keys, so bands keep apart.
///
/// Two keys with one tag share a bucket; the comparison turns the stranger away.
final class BandTable {
  /// Ordinals and handles of lists are below this.
  static let ordinalLimit: UInt32 = 1 << 27
  private static let listFlag: UInt32 = 1 << 27

  private let table = TagTable(segmentBits: 12)
  private let lists = PostingLists()

  var bucketCount: Int { table.count }
  var byteCount: Int { table.byteCount + lists.byteCount }

  /// Loads what a search for the key will look at first.
  @inline(__always)
  func touch(_ key: UInt64) -> UInt64 { table.touch(key) }

  /// Calls `body` with every ordinal of the bucket.
  ///
  /// - Complexity: O(1 + ordinals) expected.
  @inline(__always)
  func forEach(_ key: UInt64, _ body: (UInt32) -> Void) {
    guard let value = table.first(key) else { return }
    if value & Self.listFlag == 0 {
      body(value)
    } else {
      lists.forEach(value & ~Self.listFlag, body)
    }
  }

  /// Adds an ordinal to the bucket.
  ///
  /// - Complexity: O(1) expected.
  func insert(_ ordinal: UInt32, _ key: UInt64) {
    guard let value = table.first(key) else { return table.insert(key, ordinal) }
    let list =
      value & Self.listFlag == 0
      ? lists.make(value, ordinal) : lists.append(ordinal, to: value & ~Self.listFlag)
    if list | Self.listFlag != value { replace(key, value, with: list | Self.listFlag) }
  }

  /// Takes an ordinal out of the bucket; false if it was not there.
  ///
  /// - Complexity: O(ordinals of the bucket).
  func remove(_ ordinal: UInt32, _ key: UInt64) -> Bool {
    guard let value = table.first(key) else { return false }
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

  /// Ordinals in the fullest bucket.
  /// - Complexity: O(everything).
  var largestBucket: Int {
    var largest = table.count > 0 ? 1 : 0
    table.forEachValue { value in
      if value & Self.listFlag != 0 {
        largest = max(largest, lists.length(value & ~Self.listFlag))
      }
    }
    return largest
  }

  /// Ordinals in all buckets, one counted as often as it is in one.
  /// - Complexity: O(everything).
  var ordinalCount: Int {
    var total = 0
    table.forEachValue { value in
      total += value & Self.listFlag == 0 ? 1 : lists.length(value & ~Self.listFlag)
    }
    return total
  }

  func checkInvariants() { table.checkInvariants() }
}
