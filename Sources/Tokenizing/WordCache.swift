/// The tokens of pieces seen before. Two entries to a place, the older one makes room; when the
/// arenas are full, all is forgotten. What is in it never changes what comes out.
struct WordCache: Sendable {
  /// Longer pieces are seldom met twice.
  static let pieceBytesMaximum = 64
  private static let placeBits = 16
  private static let arenaMaximum = 8 << 20

  private struct Entry: Sendable {
    var hash: UInt64 = 0
    var key: UInt32 = 0
    /// The id itself where there is one.
    var ids: UInt32 = 0
    var size: UInt16 = 0
    var count: UInt16 = 0
  }

  private var entries: [Entry] = []
  private var keys: [UInt8] = []
  private var ids: [UInt32] = []

  /// Appends the tokens of a piece that is known; false where it is not.
  @inline(__always)
  func find(
    _ text: Span<UInt8>, _ start: Int, _ end: Int, _ hash: UInt64, into output: inout [UInt32]
  ) -> Bool {
    guard !entries.isEmpty else { return false }
    let place = Int(truncatingIfNeeded: hash >> 32) & (1 << Self.placeBits - 1)
    for way in 0..<2 {
      let entry = entries[place * 2 + way]
      guard entry.hash == hash, Int(entry.size) == end - start,
        ByteHash.isEqual(text, start, keys.span, Int(entry.key), end - start)
      else { continue }
      if entry.count == 1 {
        output.append(entry.ids)
      } else {
        output += ids[Int(entry.ids)..<(Int(entry.ids) + Int(entry.count))]
      }
      return true
    }
    return false
  }

  /// Remembers a piece with its tokens, those of `output` from `first` on.
  mutating func insert(
    _ text: Span<UInt8>, _ start: Int, _ end: Int, _ hash: UInt64, _ output: [UInt32],
    from first: Int
  ) {
    let count = output.count - first
    guard end > start, count < 1 << 16 else { return }
    if entries.isEmpty || keys.count + ids.count * 4 > Self.arenaMaximum {
      entries = Array(repeating: Entry(), count: 2 << Self.placeBits)
      keys.removeAll(keepingCapacity: true)
      ids.removeAll(keepingCapacity: true)
    }
    var entry = Entry(
      hash: hash, key: UInt32(keys.count), size: UInt16(end - start), count: UInt16(count))
    if count == 1 {
      entry.ids = output[first]
    } else {
      entry.ids = UInt32(ids.count)
      ids += output[first...]
    }
    keys.append(text, start, end)
    let place = Int(truncatingIfNeeded: hash >> 32) & (1 << Self.placeBits - 1)
    entries[place * 2 + 1] = entries[place * 2]
    entries[place * 2] = entry
  }
}
