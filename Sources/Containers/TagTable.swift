// A hash table of 6 bytes a slot that grows in small steps: 64-bit keys to 28-bit values.
//
//   key      s bits: which segment | 20 bits: the tag | the rest is not kept
//   slot     tag << 28 | value, 48 bits little endian; all ones where empty
//   segment  slots in ascending order of tag, with gaps: ordered linear probing (Amble and Knuth,
//            "Ordered hash tables", 1974). A tag's home is tag · capacity >> 20, so the order of tags
//            is the order of homes; a slot stands at its home or behind it without a gap between.
//
// A search ends at a gap or at a greater tag: about three slots at a load of 80 %. A segment that is
// full above 88 % is copied in one pass, in order, into one a third larger: some microseconds, never a
// pause, and a load of 66 to 88 % at all times. Nothing but the tag is needed for it.
//
// Two keys with one segment and tag cannot be told apart: a search for a stranger among n keys meets
// one with probability n / 2^(s + 20). Whoever asks compares what the value stands for.
//
// Example, s = 1, capacity 4, tags of 3 bits: keys 0|010, 0|011, 0|110 have homes 1, 1, 3 and stand
// as  – 010 011 110.

internal import CIntrinsics

/// A multimap from 64-bit keys to values below 2^28, told apart by 20 + `segmentBits` bits of the key.
///
/// A reference: one owner, one thread. Public where a hot loop of another module needs it inlined: the
/// compiler does not do that for what is `package`.
public final class TagTable {
  /// Values are below this.
  @inlinable
  public static var valueLimit: UInt32 { 1 << 28 }
  @usableFromInline static var tagBits: Int { 20 }
  @usableFromInline static var empty: UInt64 { (1 << 48) - 1 }
  @usableFromInline static var slotSize: Int { 6 }
  /// Where the sizes of segments are spread over one step of growth.
  private static let spreadCapacity = 64
  /// Slots behind the last home, for what is pushed there.
  static let overflowSlots = 24

  @usableFromInline struct Segment {
    @usableFromInline var pages: Pages
    /// Homes; `overflowSlots` more follow.
    @usableFromInline var capacity: Int
    var count: Int
  }

  @usableFromInline let segments: UnsafeMutablePointer<Segment>
  /// One gap, which every segment without slots shares: searches end there.
  private let nothing: Pages
  @usableFromInline let segmentBits: Int
  package internal(set) var count = 0

  /// - Parameter segmentBits: 2^this segments grow one by one.
  package init(segmentBits: Int) {
    precondition((0...20).contains(segmentBits), "a table has 1 to 2^20 segments")
    self.segmentBits = segmentBits
    nothing = Pages(atLeast: 8, filledWith: 0xFF)
    segments = .allocate(capacity: 1 << segmentBits)
    segments.initialize(
      repeating: Segment(pages: nothing, capacity: 0, count: 0), count: 1 << segmentBits)
  }

  deinit {
    for index in 0..<(1 << segmentBits) where segments[index].capacity > 0 {
      segments[index].pages.free()
    }
    segments.deallocate()
    nothing.free()
  }

  // MARK: Keys and slots

  @inlinable @inline(__always)
  func segmentIndex(_ key: UInt64) -> Int {
    segmentBits == 0 ? 0 : Int(truncatingIfNeeded: key >> UInt64(64 - segmentBits))
  }

  @inlinable @inline(__always)
  func tag(_ key: UInt64) -> UInt64 {
    (key << UInt64(segmentBits)) >> UInt64(64 - Self.tagBits)
  }

  @inlinable @inline(__always)
  static func home(_ tag: UInt64, _ capacity: Int) -> Int {
    Int(truncatingIfNeeded: (tag &* UInt64(truncatingIfNeeded: capacity)) >> UInt64(tagBits))
  }

  /// Six bytes at a slot; two more are read and there.
  @inlinable @inline(__always)
  static func load(_ base: UnsafeMutableRawPointer, _ place: Int) -> UInt64 {
    UInt64(
      littleEndian: base.loadUnaligned(fromByteOffset: place &* slotSize, as: UInt64.self)) & empty
  }

  @inline(__always)
  static func store(_ slot: UInt64, _ base: UnsafeMutableRawPointer, _ place: Int) {
    base.storeBytes(
      of: UInt32(truncatingIfNeeded: slot).littleEndian, toByteOffset: place &* slotSize,
      as: UInt32.self)
    base.storeBytes(
      of: UInt16(truncatingIfNeeded: slot >> 32).littleEndian, toByteOffset: place &* slotSize &+ 4,
      as: UInt16.self)
  }

  @inlinable @inline(__always)
  static func value(_ slot: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: slot) & (valueLimit - 1)
  }

  // MARK: Searching

  /// Asks the memory for what a search for the key will look at first, and does not wait for it. A caller
  /// with many keys, or with other work before its search, has all of it answered side by side.
  package func prefetch(_ key: UInt64) {
    let segment = segments[segmentIndex(key)]
    thresher_prefetch(segment.pages.base + Self.home(tag(key), segment.capacity) &* Self.slotSize)
  }

  /// Calls `body` with the values of the key, in the order of their insertion, until it returns false.
  /// - Complexity: O(1 + values) expected.
  @inlinable @inline(__always)
  public func forEach(_ key: UInt64, _ body: (UInt32) -> Bool) {
    let segment = segments[segmentIndex(key)]
    let tag = tag(key)
    var place = Self.home(tag, segment.capacity)
    while true {
      let slot = Self.load(segment.pages.base, place)
      let its = slot >> 28
      if its >= tag {
        // All ones is a gap; a real slot with that tag has a value below all ones.
        guard its == tag, slot != Self.empty, body(Self.value(slot)) else { return }
      }
      place += 1
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
    if (segments[index].count + 1) * 100 > segments[index].capacity * 88 { grow(index) }
    let slot = tag(key) << 28 | UInt64(value)
    while !place(slot, in: index) { grow(index) }
    segments[index].count += 1
    count += 1
  }

  /// Adds a value, unless the key has one already: the first of them then, and nothing is changed.
  /// - Precondition: the value is below `valueLimit` − 1.
  /// - Complexity: O(1) expected; now and then O(segment).
  package func insertIfNew(_ key: UInt64, _ value: UInt32) -> UInt32? {
    precondition(value < Self.valueLimit - 1, "a value has 28 bits")
    let index = segmentIndex(key)
    let segment = segments[index]
    let tag = tag(key)
    var place = Self.home(tag, segment.capacity)
    var slot = Self.load(segment.pages.base, place)
    // A gap is above every tag.
    while slot >> 28 < tag {
      place += 1
      slot = Self.load(segment.pages.base, place)
    }
    if slot >> 28 == tag, slot != Self.empty { return Self.value(slot) }
    guard (segment.count + 1) * 100 <= segment.capacity * 88,
      push(tag << 28 | UInt64(value), to: place, segment)
    else {
      insert(key, value)
      return nil
    }
    segments[index].count += 1
    count += 1
    return nil
  }

  /// Puts a slot where it belongs and pushes the greater ones on; false where the end is reached.
  private func place(_ slot: UInt64, in index: Int) -> Bool {
    let segment = segments[index]
    let end = segment.capacity + Self.overflowSlots
    let tag = slot >> 28
    var place = Self.home(tag, segment.capacity)
    while place < end {
      let other = Self.load(segment.pages.base, place)
      if other == Self.empty || other >> 28 > tag { break }
      place += 1
    }
    return push(slot, to: place, segment)
  }

  @inline(__always)
  private func push(_ slot: UInt64, to place: Int, _ segment: Segment) -> Bool {
    let base = segment.pages.base
    let end = segment.capacity + Self.overflowSlots
    // The gap that takes up the push is looked for first, so that a full segment stays as it is.
    var gap = place
    while gap < end, Self.load(base, gap) != Self.empty { gap += 1 }
    guard gap < end else { return false }
    while gap > place {
      Self.store(Self.load(base, gap - 1), base, gap)
      gap -= 1
    }
    Self.store(slot, base, place)
    return true
  }

  /// Replaces one value of the key by another; false where it was not there.
  /// - Complexity: O(1 + values) expected.
  package func replace(_ key: UInt64, _ value: UInt32, with new: UInt32) -> Bool {
    precondition(new < Self.valueLimit - 1, "a value has 28 bits")
    let index = segmentIndex(key)
    guard let place = find(key, value, in: index) else { return false }
    Self.store(tag(key) << 28 | UInt64(new), segments[index].pages.base, place)
    return true
  }

  /// Takes one value of the key out; false where it was not there.
  /// - Complexity: O(1 + values) expected.
  package func remove(_ key: UInt64, _ value: UInt32) -> Bool {
    let index = segmentIndex(key)
    guard var place = find(key, value, in: index) else { return false }
    let (base, capacity) = (segments[index].pages.base, segments[index].capacity)
    let end = capacity + Self.overflowSlots
    // What stands behind its home moves up, until a gap or one that is at home.
    while place + 1 < end {
      let next = Self.load(base, place + 1)
      guard next != Self.empty, Self.home(next >> 28, capacity) <= place else { break }
      Self.store(next, base, place)
      place += 1
    }
    Self.store(Self.empty, base, place)
    segments[index].count -= 1
    count -= 1
    return true
  }

  private func find(_ key: UInt64, _ value: UInt32, in index: Int) -> Int? {
    let wanted = tag(key) << 28 | UInt64(value)
    var place = Self.home(tag(key), segments[index].capacity)
    while true {
      let slot = Self.load(segments[index].pages.base, place)
      if slot == wanted { return place }
      if slot == Self.empty || slot >> 28 > wanted >> 28 { return nil }
      place += 1
    }
  }

  // MARK: Growing

  fileprivate static func makeSegment(capacity: Int) -> Segment {
    // The last slot stays a gap and ends every search; two bytes more are read there.
    let pages = Pages(
      atLeast: (capacity + overflowSlots + 1) * slotSize + 2, filledWith: 0xFF)
    return Segment(pages: pages, capacity: capacity, count: 0)
  }

  private func grow(_ index: Int) {
    let old = segments[index]
    var capacity = max(4, old.capacity + old.capacity / 3 + 1)
    if old.capacity < Self.spreadCapacity, capacity >= Self.spreadCapacity {
      // Segments fill evenly; they grow one after another because they start at different sizes.
      capacity += (capacity / 3 * index) >> segmentBits
    }
    while !copy(old, to: index, capacity: capacity) { capacity += capacity / 3 + 1 }
    if old.capacity > 0 { old.pages.free() }
  }

  /// One pass in the order of tags; false where the last ones find no place.
  private func copy(_ old: Segment, to index: Int, capacity: Int) -> Bool {
    var new = SegmentWriter(capacity: capacity)
    if old.capacity > 0 {
      for place in 0..<(old.capacity + Self.overflowSlots) {
        let slot = Self.load(old.pages.base, place)
        guard slot == Self.empty || new.append(slot) else {
          new.segment.pages.free()
          return false
        }
      }
    }
    segments[index] = new.segment
    return true
  }

  /// Fills a new segment with slots in ascending order.
  struct SegmentWriter {
    private(set) var segment: Segment
    private var free = 0

    init(capacity: Int) { segment = makeSegment(capacity: capacity) }

    /// False where the last ones find no place.
    @inline(__always)
    mutating func append(_ slot: UInt64) -> Bool {
      let target = max(free, home(slot >> 28, segment.capacity))
      guard target < segment.capacity + overflowSlots else { return false }
      store(slot, segment.pages.base, target)
      free = target + 1
      segment.count += 1
      return true
    }
  }

  // MARK: Looking at it

  /// Bytes held, gaps included.
  package var byteCount: Int {
    var bytes = MemoryLayout<Segment>.stride << segmentBits
    for index in 0..<(1 << segmentBits) where segments[index].capacity > 0 {
      bytes += segments[index].pages.size
    }
    return bytes
  }

  /// Calls `body` with every value, in an order that depends on the keys alone.
  package func forEachValue(_ body: (UInt32) -> Void) {
    for index in 0..<(1 << segmentBits) where segments[index].capacity > 0 {
      for place in 0..<(segments[index].capacity + Self.overflowSlots) {
        let slot = Self.load(segments[index].pages.base, place)
        if slot != Self.empty { body(Self.value(slot)) }
      }
    }
  }

  /// Traps when a slot stands where no search would find it.
  /// - Complexity: O(everything).
  package func checkInvariants() {
    var total = 0
    for index in 0..<(1 << segmentBits) where segments[index].capacity > 0 {
      let segment = segments[index]
      var previousTag: UInt64 = 0
      var gap = -1
      var used = 0
      for place in 0...(segment.capacity + Self.overflowSlots) {
        let slot = Self.load(segment.pages.base, place)
        guard slot != Self.empty else {
          gap = place
          continue
        }
        precondition(place < segment.capacity + Self.overflowSlots, "the last slot stays a gap")
        let home = Self.home(slot >> 28, segment.capacity)
        precondition(slot >> 28 >= previousTag, "tags are in order")
        precondition(home <= place && gap < home, "no gap between a slot and its home")
        previousTag = slot >> 28
        used += 1
      }
      precondition(used == segment.count, "the count of a segment is right")
      total += used
    }
    precondition(total == count, "the count is right")
  }
}
