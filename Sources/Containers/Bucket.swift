public import CIntrinsics
internal import Glibc

/// One cache line of a `TagTable`: up to ten entries, and which tags it had to refuse.
///
/// A pointer; the memory belongs to the table.
@usableFromInline
struct Bucket: Equatable {
  @usableFromInline static var size: Int { 64 }
  @usableFromInline static var tagBits: Int { 20 }
  static let entryMaximum = 10
  @usableFromInline static var valueBits: UInt64 { 28 }
  @usableFromInline static var entriesOffset: Int { 10 }
  @usableFromInline static var headerOffset: Int { 60 }
  @usableFromInline static var countMask: UInt32 { 0xF }

  @usableFromInline let base: UnsafeMutableRawPointer

  @inlinable
  init(base: UnsafeMutableRawPointer) { self.base = base }

  /// So many empty buckets, each at the start of a cache line.
  static func allocate(_ count: Int) -> Bucket {
    guard let memory = aligned_alloc(size, count * size) else {
      preconditionFailure("out of memory")
    }
    memset(memory, 0, count * size)
    return Bucket(base: memory)
  }

  /// Gives the memory of buckets that were allocated together back, by the first of them.
  func free() { Glibc.free(base) }

  @inlinable @inline(__always)
  func advanced(by count: Int) -> Bucket { Bucket(base: base + count &* Self.size) }

  // MARK: Header

  @inlinable @inline(__always)
  var header: UInt32 { base.load(fromByteOffset: Self.headerOffset, as: UInt32.self) }

  private func setHeader(_ header: UInt32) {
    base.storeBytes(of: header, toByteOffset: Self.headerOffset, as: UInt32.self)
  }

  @inline(__always)
  static func count(_ header: UInt32) -> Int { Int(header & countMask) }

  /// The bit of a tag among the upper 28.
  @inlinable @inline(__always)
  static func filterBit(_ tag: UInt64) -> UInt32 {
    1 &<< UInt32(truncatingIfNeeded: 4 &+ ((tag & 0xFF) &* 28) >> 8)
  }

  /// Whether the bucket may have had no room for an entry of this tag.
  @inlinable @inline(__always)
  static func hasRefused(_ tag: UInt64, _ header: UInt32) -> Bool { header & filterBit(tag) != 0 }

  func refuse(_ tag: UInt64, _ header: UInt32) { setHeader(header | Self.filterBit(tag)) }

  // MARK: Entries

  /// Which entries have the tag's lower byte.
  @inlinable @inline(__always)
  func mayMatch(_ tag: UInt64, _ header: UInt32) -> UInt32 {
    let byte = UInt8(truncatingIfNeeded: tag)
    let there = (1 as UInt32) &<< (header & Self.countMask) &- 1
    return thresher_bits_between(base.load(as: SIMD16<UInt8>.self), byte, byte) & there
  }

  /// Forty bits: the upper bits of the tag, then the value.
  @inlinable @inline(__always)
  func entry(_ index: Int) -> UInt64 {
    let offset = Self.entriesOffset &+ 5 &* index
    let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    return word & (1 << 40 - 1)
  }

  @inlinable @inline(__always)
  static func isOf(_ entry: UInt64, _ tag: UInt64) -> Bool { entry >> valueBits == tag >> 8 }

  @inlinable @inline(__always)
  static func value(_ entry: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: entry & (1 << valueBits - 1))
  }

  func tag(_ index: Int) -> UInt64 {
    (entry(index) >> Self.valueBits) << 8 | UInt64(base.load(fromByteOffset: index, as: UInt8.self))
  }

  @inline(__always)
  func store(_ tag: UInt64, _ value: UInt32, at index: Int) {
    let entry = (tag >> 8) << Self.valueBits | UInt64(value)
    let offset = Self.entriesOffset &+ 5 &* index
    base.storeBytes(of: UInt8(truncatingIfNeeded: tag), toByteOffset: index, as: UInt8.self)
    base.storeBytes(
      of: UInt32(truncatingIfNeeded: entry).littleEndian, toByteOffset: offset, as: UInt32.self)
    base.storeBytes(
      of: UInt8(truncatingIfNeeded: entry >> 32), toByteOffset: offset &+ 4, as: UInt8.self)
  }

  /// - Precondition: there is room.
  @inline(__always)
  func append(_ tag: UInt64, _ value: UInt32, _ header: UInt32) {
    store(tag, value, at: Self.count(header))
    setHeader(header &+ 1)
  }

  /// Takes an entry out; those behind it move up.
  func remove(at index: Int) {
    let rest = Self.count(header) - index - 1
    memmove(base + index, base + index + 1, rest)
    let place = base + Self.entriesOffset + 5 * index
    memmove(place, place + 5, 5 * rest)
    setHeader(header - 1)
  }
}
