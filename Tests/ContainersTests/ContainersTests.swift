import Containers
import Testing

struct Seeded {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

@Suite struct TagTableTests {
  func values(_ table: TagTable, _ key: UInt64) -> [UInt32] {
    var found: [UInt32] = []
    table.forEach(key) {
      found.append($0)
      return true
    }
    return found
  }

  @Test(arguments: [0, 3, 8])
  func `it holds what a dictionary of bags holds`(_ segmentBits: Int) {
    var random = Seeded(seed: 5)
    let table = TagTable(segmentBits: segmentBits)
    var twin: [UInt64: [UInt32]] = [:]
    // Few keys, so that many have several values; spread over all bits that count.
    // The first has the greatest tag: no bucket is behind its home but the spare ones.
    let used = ~(UInt64.max >> UInt64(20 + segmentBits))
    let keys = [used] + (1..<400).map { _ in random.next() & used }
    for step in 0..<30_000 {
      let key = keys[Int(random.next() % 400)]
      let value = UInt32(random.next() % 50)
      switch random.next() % 6 {
      case 0...2:
        table.insert(key, value)
        twin[key, default: []].append(value)
      case 3:
        let place = twin[key]?.firstIndex(of: value)
        #expect(table.remove(key, value) == (place != nil))
        if let place { twin[key]?.remove(at: place) }
      case 4:
        let had = table.insertIfNew(key, value)
        if let had {
          #expect(twin[key]?.contains(had) == true)
        } else {
          #expect(twin[key]?.isEmpty ?? true)
          twin[key, default: []].append(value)
        }
      default:
        let place = twin[key]?.firstIndex(of: value)
        #expect(table.replace(key, value, with: value + 50) == (place != nil))
        if let place { twin[key]?[place] = value + 50 }
      }
      if step % 1_000 == 0 { table.checkInvariants() }
    }
    for key in keys {
      // Their order is that of insertion only as long as nothing is removed.
      #expect(values(table, key).sorted() == (twin[key] ?? []).sorted())
      #expect(table.first(key) == values(table, key).first)
    }
    #expect(table.count == twin.values.reduce(0) { $0 + $1.count })
    var all: [UInt32] = []
    table.forEachValue { all.append($0) }
    #expect(all.sorted() == twin.values.flatMap { $0 }.sorted())
    table.checkInvariants()
  }

  /// One value a key: what is merged is added to it.
  @Test(arguments: [0, 3, 12])
  func `merging many gives what a dictionary gives`(_ segmentBits: Int) {
    var random = Seeded(seed: 6)
    let table = TagTable(segmentBits: segmentBits)
    let used = ~(UInt64.max >> UInt64(min(32, 20 + segmentBits)))
    let keys = Array(Set((0..<3_000).map { _ in random.next() & used }))
    var twin: [UInt64: UInt32] = [:]
    for size in [0, 1, 2, 3_000, 5, 20_000, 100] {
      let words = (0..<size).map { _ in
        keys[Int(random.next() % UInt64(keys.count))] | random.next() % 100
      }.sorted()
      table.merge(words.span) { had, range in
        range.reduce(had ?? 0) { $0 + UInt32(truncatingIfNeeded: words[$1]) }
      }
      for word in words { twin[word & used, default: 0] += UInt32(truncatingIfNeeded: word) }
      table.checkInvariants()
      #expect(table.count == twin.count)
      for key in keys { #expect(values(table, key) == (twin[key].map { [$0] } ?? [])) }
      // Others come and go between.
      for key in keys.prefix(40) {
        guard let value = twin.removeValue(forKey: key) else { continue }
        #expect(table.remove(key, value))
      }
    }
  }

  @Test func `random keys are found again and strangers hardly ever`() {
    var random = Seeded(seed: 9)
    let table = TagTable(segmentBits: 6)
    let keys = (0..<50_000).map { _ in random.next() }
    for (value, key) in keys.enumerated() { table.insert(key, UInt32(value)) }
    table.checkInvariants()
    for (value, key) in keys.enumerated() { #expect(values(table, key).contains(UInt32(value))) }
    let strangers = (0..<50_000).count { _ in table.first(random.next()) != nil }
    // 50,000 keys in 2^26 places: 37 expected.
    #expect(strangers < 100)
    // 60 to 90 % full, and spare buckets.
    #expect(table.byteCount < 50_000 * 64 / 10 * 100 / 54)
  }

  @Test func `the greatest tag and the greatest value are like any other`() {
    let table = TagTable(segmentBits: 4)
    table.insert(UInt64.max, TagTable.valueLimit - 2)
    table.insert(UInt64.max, 7)
    #expect(values(table, UInt64.max) == [TagTable.valueLimit - 2, 7])
    #expect(table.remove(UInt64.max, TagTable.valueLimit - 2))
    #expect(values(table, UInt64.max) == [7])
    table.checkInvariants()
    // The last home has nothing behind it but spare buckets, which become more.
    for value in 0..<1_000 { table.insert(UInt64.max, UInt32(value)) }
    #expect(values(table, UInt64.max) == [7] + (0..<1_000).map { UInt32($0) })
    table.checkInvariants()
  }

  @Test func `many values under one key stay in order`() {
    let table = TagTable(segmentBits: 2)
    for value in 0..<2_000 { table.insert(42 << 40, UInt32(value)) }
    #expect(values(table, 42 << 40) == (0..<2_000).map { UInt32($0) })
    table.checkInvariants()
  }

  @Test func `an empty table finds nothing`() {
    let table = TagTable(segmentBits: 8)
    #expect(table.first(1) == nil)
    #expect(!table.remove(1, 1))
    table.checkInvariants()
  }
}

@Suite struct ChunkedArrayTests {
  @Test func `elements stay where they are over many chunks`() {
    let array = ChunkedArray<UInt64>(chunkBytes: 64)
    for index in 0..<1_000 { array.append(UInt64(index) * 3) }
    for index in 0..<1_000 { array[index] += 1 }
    #expect(array.count == 1_000)
    #expect((0..<1_000).allSatisfy { array[$0] == UInt64($0) * 3 + 1 })
    #expect(array.byteCount == 1_000 * 8)
  }
}

@Suite struct ByteArenaTests {
  @Test func `records come back, across chunks and at the limit`() {
    let arena = ByteArena()
    var places: [(place: UInt32, count: Int, byte: UInt8)] = []
    for index in 0..<300 {
      let count = index == 7 ? ByteArena.recordBytesMaximum : index * 37
      let bytes = [UInt8](repeating: UInt8(index & 0xFF), count: count)
      let place = bytes.withUnsafeBytes { arena.append($0) }
      if let place { places.append((place, count, UInt8(index & 0xFF))) }
    }
    #expect(places.count == 300)
    for record in places {
      let bytes = UnsafeBufferPointer(start: arena.pointer(at: record.place), count: record.count)
      #expect(bytes.allSatisfy { $0 == record.byte })
    }
  }
}
