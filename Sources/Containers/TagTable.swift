// A hash table of about 8 bytes an entry that grows in small steps: 64-bit keys to 28-bit values.
//
//   key      s bits: which segment | 20 bits: the tag | the rest is not kept
//   segment  buckets of ten entries, 64 bytes each: one cache line. A tag's home is bucket
//            tag · homes >> 20; some spare buckets follow for what finds the last homes full
//   bucket   ten tag bytes (the lower 8 bits) | ten entries of 40 bits (upper 12 bits of the tag, value)
//            | 4 bits: how many | 28 bits: the filter
//   filter   an entry that finds a bucket full goes to the next one, and sets there, where it was
//            refused, the bit that its tag byte has in the filter
//
// A search compares ten tag bytes at once and ends at a bucket whose filter lacks its bit: one line of
// memory, most often, and no branch that cannot be foreseen. (Buckets with a count of overflows:
// Bronson and Shi, "Open-sourcing F14 for faster, more memory-efficient hash tables", 2019.) A segment
// that is full above 90 % is copied, bucket by bucket, into one half as large again: some microseconds,
// never a pause, and a load of 60 to 90 % at all times. Nothing but the tag is needed for it.
//
// Two keys with one segment and tag cannot be told apart: a search for a stranger among n keys meets
// one with probability n / 2^(s + 20). Whoever asks compares what the value stands for.
//
// Measured on 2026-11-29 against ordered linear probing in slots of six bytes (Amble and Knuth, 1974),
// which was here before, over 15,000 rows of the benchmark stream: a search and an insertion cost as many
// instructions, a growth half as many; mispredicted branches are a fifth. To repeat it:
// `thresher-bench rows.jsonl --step "index search, insert"` under a profiler.

internal import CIntrinsics

/// A multimap from 64-bit keys to values below 2^28, told apart by 20 + `segmentBits` bits of the key.
///
/// A reference: one owner, one thread. Public where a hot loop of another module needs it inlined: the
/// compiler does not do that for what is `package`.
public final class TagTable {
  /// Values are below this.
  @inlinable
  public static var valueLimit: UInt32 { 1 << 28 }
  /// Where the sizes of segments are spread over one step of growth.
  private static let spreadHomes = 24
  private static let percentMaximum = 90

  @usableFromInline struct Segment {
    /// The first bucket.
    @usableFromInline var buckets: Bucket
    /// Buckets that are homes; `spare` more follow.
    @usableFromInline var homes: UInt32
    var spare: UInt32
    var count: Int

    var bucketCount: Int { Int(homes) + Int(spare) }
    var bytes: Int { bucketCount * Bucket.size }

    func home(of tag: UInt64) -> Bucket {
      buckets.advanced(by: TagTable.home(tag, homes))
    }
  }

  @usableFromInline let segments: UnsafeMutablePointer<Segment>
  /// One empty bucket, which every segment without entries shares: searches end there.
  private let nothing: Bucket
  @usableFromInline let segmentBits: Int
  package internal(set) var count = 0

  /// - Parameter segmentBits: 2^this segments grow one by one.
  package init(segmentBits: Int) {
    precondition((0...20).contains(segmentBits), "a table has 1 to 2^20 segments")
    self.segmentBits = segmentBits
    nothing = Bucket.allocate(1)
    segments = .allocate(capacity: 1 << segmentBits)
    segments.initialize(
      repeating: Segment(buckets: nothing, homes: 0, spare: 0, count: 0),
      count: 1 << segmentBits)
  }

  deinit {
    for index in 0..<(1 << segmentBits) where segments[index].homes > 0 {
      segments[index].buckets.free()
    }
    segments.deallocate()
    nothing.free()
  }

  // MARK: Keys

  @inlinable @inline(__always)
  func segmentIndex(_ key: UInt64) -> Int {
    segmentBits == 0 ? 0 : Int(truncatingIfNeeded: key >> UInt64(64 - segmentBits))
  }

  @inlinable @inline(__always)
  func tag(_ key: UInt64) -> UInt64 {
    (key << UInt64(segmentBits)) >> UInt64(64 - Bucket.tagBits)
  }

  @inlinable @inline(__always)
  static func home(_ tag: UInt64, _ homes: UInt32) -> Int {
    Int(truncatingIfNeeded: (tag &* UInt64(homes)) >> UInt64(Bucket.tagBits))
  }

  // MARK: Searching

  /// Asks the memory for what a search for the key will look at first, and does not wait for it. A caller
  /// with many keys, or with other work before its search, has all of it answered side by side.
  package func prefetch(_ key: UInt64) {
    thresher_prefetch(segments[segmentIndex(key)].home(of: tag(key)).base)
  }

  /// Calls `body` with the values of the key until it returns false; in the order of their insertion, if
  /// nothing was removed.
  /// - Complexity: O(1 + values) expected.
  @inlinable @inline(__always)
  public func forEach(_ key: UInt64, _ body: (UInt32) -> Bool) {
    let segment = segments[segmentIndex(key)]
    let tag = tag(key)
    var bucket = segment.buckets.advanced(by: Self.home(tag, segment.homes))
    while true {
      let header = bucket.header
      var matches = bucket.mayMatch(tag, header)
      while matches != 0 {
        let entry = bucket.entry(matches.trailingZeroBitCount)
        matches &= matches &- 1
        guard !Bucket.isOf(entry, tag) || body(Bucket.value(entry)) else { return }
      }
      guard Bucket.hasRefused(tag, header) else { return }
      bucket = bucket.advanced(by: 1)
    }
  }

  /// The first value of the key.
  /// - Complexity: O(1) expected.
  @inlinable @inline(__always)
  public func first(_ key: UInt64) -> UInt32? {
    var found: UInt32?
    forEach(key) {
      found = $0
      return false
    }
    return found
  }

  // MARK: Changing

  /// Adds a value behind those that the key has already.
  /// - Precondition: the value is below `valueLimit` − 1.
  /// - Complexity: O(1) expected; now and then O(segment).
  package func insert(_ key: UInt64, _ value: UInt32) {
    precondition(value < Self.valueLimit - 1, "a value has 28 bits")
    let index = segmentIndex(key)
    if isFull(segments[index]) { grow(index) }
    while !segments[index].put(tag(key), value) { growSpare(index) }
    count += 1
  }

  /// Adds a value, unless the key has one already: the first of them then, and nothing is changed.
  /// - Precondition: the value is below `valueLimit` − 1.
  /// - Complexity: O(1) expected; now and then O(segment).
  package func insertIfNew(_ key: UInt64, _ value: UInt32) -> UInt32? {
    precondition(value < Self.valueLimit - 1, "a value has 28 bits")
    if let had = first(key) { return had }
    insert(key, value)
    return nil
  }

  /// Replaces one value of the key by another; false where it was not there.
  /// - Complexity: O(1 + values) expected.
  package func replace(_ key: UInt64, _ value: UInt32, with new: UInt32) -> Bool {
    precondition(new < Self.valueLimit - 1, "a value has 28 bits")
    guard let place = segments[segmentIndex(key)].find(tag(key), value) else { return false }
    place.bucket.store(tag(key), new, at: place.index)
    return true
  }

  /// Takes one value of the key out; false where it was not there.
  /// - Complexity: O(1 + values) expected.
  package func remove(_ key: UInt64, _ value: UInt32) -> Bool {
    let index = segmentIndex(key)
    guard let place = segments[index].find(tag(key), value) else { return false }
    place.bucket.remove(at: place.index)
    segments[index].count -= 1
    count -= 1
    return true
  }

  // MARK: Growing

  private func isFull(_ segment: Segment) -> Bool {
    (segment.count + 1) * 100
      > Int(segment.homes) * Bucket.entryMaximum * Self.percentMaximum
  }

  private func grow(_ index: Int) {
    let old = Int(segments[index].homes)
    var homes = old + old / 2 + 1
    if old < Self.spreadHomes, homes >= Self.spreadHomes {
      // Segments fill evenly; they grow one after another because they start at different sizes.
      homes += (homes / 2 * index) >> segmentBits
    }
    resize(index, homes: homes)
  }

  /// More room behind the homes: for many values of keys that have the last ones.
  private func growSpare(_ index: Int) {
    let segment = segments[index]
    resize(index, homes: Int(segment.homes), spare: Int(segment.spare) * 2)
  }

  /// Copies a segment, in the order of its buckets, into one with so many homes.
  func resize(_ index: Int, homes: Int, spare: Int? = nil) {
    let old = segments[index]
    var spare = spare ?? 1 + min(3, homes / 8)
    var new = Segment(homes: homes, spare: spare)
    while !new.putAll(of: old) {
      new.buckets.free()
      spare *= 2
      new = Segment(homes: homes, spare: spare)
    }
    segments[index] = new
    if old.homes > 0 { old.buckets.free() }
  }

  // MARK: Looking at it

  /// Bytes held, gaps included.
  package var byteCount: Int {
    var bytes = MemoryLayout<Segment>.stride << segmentBits
    for index in 0..<(1 << segmentBits) { bytes += segments[index].bytes }
    return bytes
  }

  /// Calls `body` with every value.
  package func forEachValue(_ body: (UInt32) -> Void) {
    for index in 0..<(1 << segmentBits) { segments[index].visit { _, value in body(value) } }
  }

  /// Traps when an entry stands where no search would find it.
  /// - Complexity: O(everything).
  package func checkInvariants() {
    var total = 0
    for index in 0..<(1 << segmentBits) {
      let segment = segments[index]
      var used = 0
      segment.visit { tag, value in
        precondition(segment.find(tag, value) != nil, "every entry is found")
        used += 1
      }
      precondition(used == segment.count, "the count of a segment is right")
      total += used
    }
    precondition(total == count, "the count is right")
  }
}

extension TagTable.Segment {
  init(homes: Int, spare: Int) {
    self.homes = UInt32(homes)
    self.spare = UInt32(spare)
    buckets = Bucket.allocate(homes + spare)
    count = 0
  }

  /// Adds an entry to the first bucket from its home on that has room; false where none has.
  mutating func put(_ tag: UInt64, _ value: UInt32) -> Bool {
    let end = buckets.advanced(by: bucketCount)
    var bucket = home(of: tag)
    while bucket != end {
      let header = bucket.header
      if Bucket.count(header) < Bucket.entryMaximum {
        bucket.append(tag, value, header)
        count += 1
        return true
      }
      bucket.refuse(tag, header)
      bucket = bucket.advanced(by: 1)
    }
    return false
  }

  /// Adds the entries of another segment; false where the last ones find no room.
  mutating func putAll(of other: TagTable.Segment) -> Bool {
    var bucket = other.buckets
    for _ in 0..<other.bucketCount {
      for index in 0..<Bucket.count(bucket.header) {
        guard put(bucket.tag(index), Bucket.value(bucket.entry(index))) else { return false }
      }
      bucket = bucket.advanced(by: 1)
    }
    return true
  }

  func find(_ tag: UInt64, _ value: UInt32) -> (bucket: Bucket, index: Int)? {
    var bucket = home(of: tag)
    while true {
      let header = bucket.header
      var matches = bucket.mayMatch(tag, header)
      while matches != 0 {
        let index = matches.trailingZeroBitCount
        let entry = bucket.entry(index)
        if Bucket.isOf(entry, tag), Bucket.value(entry) == value { return (bucket, index) }
        matches &= matches - 1
      }
      guard Bucket.hasRefused(tag, header) else { return nil }
      bucket = bucket.advanced(by: 1)
    }
  }

  func visit(_ body: (_ tag: UInt64, _ value: UInt32) -> Void) {
    var bucket = buckets
    for _ in 0..<bucketCount {
      for index in 0..<Bucket.count(bucket.header) {
        body(bucket.tag(index), Bucket.value(bucket.entry(index)))
      }
      bucket = bucket.advanced(by: 1)
    }
  }
}
