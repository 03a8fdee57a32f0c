/// One unit of a document: a line of a `.jsonl` file with its end, or an element of an array. An edit
/// makes a new one, so that what is known of a record is known of its bytes.
final class Record {
  let bytes: [UInt8]
  /// Bytes without the end of the line.
  let contentCount: Int
  /// Where it stands. Whoever holds a record that is not live any more does not look there.
  unowned var chunk: Chunk
  var slot = 0
  /// Whether it has been put into its document.
  var isPlaced = false
  /// False once an edit took it out of its document.
  var isLive = true

  /// What it is in itself; nil as long as that is being found out.
  var reading: RecordSummary?
  /// Those with the same text; nil where it has none.
  var group: TwinGroup?
  /// What the chunk and the document have counted of it.
  var counted = Tally()

  init(_ bytes: [UInt8], contentCount: Int, in chunk: Chunk) {
    (self.bytes, self.contentCount, self.chunk) = (bytes, contentCount, chunk)
  }

  var content: ArraySlice<UInt8> { bytes[..<contentCount] }

  /// The number of its line or element.
  var number: Int { chunk.start + slot }

  /// Its place among all records as a number: file (20 bits), chunk (32), slot (12). Good until records
  /// move.
  var place: UInt64 {
    UInt64(chunk.list.rank) << 44 | UInt64(chunk.index) << 12 | UInt64(slot)
  }

  /// Whether it comes before another one: by file, then by place.
  func precedes(_ other: Record) -> Bool { place < other.place }
}

/// Some hundreds of records that follow each other.
final class Chunk {
  unowned let list: RecordList
  var records: [Record] = []
  /// Its place among the chunks, and the number of its first record.
  var index = 0
  var start = 0
  /// Findings of its records by rank.
  private(set) var ranks = RankCounts()
  /// Their ranks and slots, in order of slots, a rank once a record; nil until it is asked for.
  private var listed: [(rank: UInt8, slot: Int)]?

  init(in list: RecordList) { self.list = list }

  /// Counts other findings for one of its records.
  func recount(from old: [UInt8], to new: [UInt8]) {
    ranks.subtract(old)
    ranks.add(new)
    listed = nil
  }

  /// - Complexity: O(findings), and O(records) after a change.
  func listing() -> [(rank: UInt8, slot: Int)] {
    if let listed { return listed }
    var found: [(rank: UInt8, slot: Int)] = []
    for (slot, record) in records.enumerated() where !record.counted.ranks.isEmpty {
      let start = found.count
      for rank in record.counted.ranks
      where !found[start...].contains(where: { $0.rank == rank }) { found.append((rank, slot)) }
    }
    listed = found
    return found
  }

  func renumber() {
    listed = nil
    for (slot, record) in records.enumerated() {
      record.chunk = self
      record.slot = slot
    }
    ranks = RankCounts()
    for record in records { ranks.add(record.counted.ranks) }
  }
}
