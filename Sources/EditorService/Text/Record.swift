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

  /// Whether it comes before another one: by file, then by place.
  func precedes(_ other: Record) -> Bool {
    let (mine, its) = (chunk, other.chunk)
    if mine === its { return slot < other.slot }
    if mine.list !== its.list { return mine.list.rank < its.list.rank }
    return mine.index < its.index
  }
}

/// Some hundreds of records that follow each other.
final class Chunk {
  unowned let list: RecordList
  var records: [Record] = []
  /// Its place among the chunks, and the number of its first record.
  var index = 0
  var start = 0
  /// Findings of its records by rank.
  var ranks = RankCounts()

  init(in list: RecordList) { self.list = list }

  func renumber() {
    for (slot, record) in records.enumerated() {
      record.chunk = self
      record.slot = slot
    }
    ranks = RankCounts()
    for record in records { ranks.add(record.counted.ranks) }
  }
}
