/// The records of a document in order, in chunks, so that an edit costs a chunk and not the file.
///
/// Invariant: no chunk is empty, but for the only one; indices, starts and slots are right.
final class RecordList {
  private static let chunkCount = 512
  private static let chunkCountMaximum = 1_024

  /// Whose records these are; nil for the lines of a file that is an array.
  weak var document: Document?
  /// The document's place among the documents.
  var rank = 0
  private(set) var chunks: [Chunk] = []
  private(set) var count = 0
  /// Bytes of all records.
  private(set) var byteCount = 0

  init() { chunks = [Chunk(in: self)] }

  /// A record for this list, which is put into it later.
  func makeRecord(_ bytes: [UInt8], contentCount: Int) -> Record {
    Record(bytes, contentCount: contentCount, in: chunks[0])
  }

  /// - Complexity: O(log chunks).
  subscript(number: Int) -> Record {
    let chunk = chunks[chunkIndex(of: number)]
    return chunk.records[number - chunk.start]
  }

  /// The chunk that holds a number; the last one for what lies beyond.
  private func chunkIndex(of number: Int) -> Int {
    var (low, high) = (0, chunks.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if chunks[middle].start <= number { low = middle } else { high = middle - 1 }
    }
    return low
  }

  func forEach(in range: Range<Int>, _ body: (Record) -> Void) {
    guard !range.isEmpty else { return }
    var index = chunkIndex(of: range.lowerBound)
    var number = range.lowerBound
    while number < range.upperBound, index < chunks.count {
      let chunk = chunks[index]
      let end = min(range.upperBound - chunk.start, chunk.records.count)
      for record in chunk.records[(number - chunk.start)..<end] { body(record) }
      number = chunk.start + chunk.records.count
      index += 1
    }
  }

  /// Puts records in the places of others.
  /// - Returns: those that were there.
  /// - Complexity: O(new + old + chunks + records of the chunks concerned); O(1) for one by one.
  @discardableResult
  func replace(_ range: Range<Int>, with records: [Record]) -> [Record] {
    let first = chunkIndex(of: range.lowerBound)
    let chunk = chunks[first]
    let low = range.lowerBound - chunk.start
    if range.count == 1, records.count == 1 { return [replace(low, of: chunk, with: records[0])] }
    let last = range.isEmpty ? first : chunkIndex(of: range.upperBound - 1)
    let high = range.isEmpty ? low : range.upperBound - chunks[last].start
    var removed: [Record] = []
    removed.reserveCapacity(range.count)
    for index in first...last {
      let held = chunks[index].records
      removed += held[(index == first ? low : 0)..<(index == last ? high : held.count)]
    }
    let all = chunk.records[..<low] + records + chunks[last].records[high...]
    chunks.replaceSubrange(first...last, with: chunked(Array(all), reusing: chunk))
    if chunks.isEmpty { chunks = [chunk] }
    number(from: min(first, chunks.count - 1))
    count += records.count - removed.count
    for record in removed { byteCount -= record.bytes.count }
    for record in records { byteCount += record.bytes.count }
    return removed
  }

  private func replace(_ slot: Int, of chunk: Chunk, with record: Record) -> Record {
    let old = chunk.records[slot]
    chunk.records[slot] = record
    (record.chunk, record.slot) = (chunk, slot)
    chunk.recount(from: old.counted.ranks, to: record.counted.ranks)
    byteCount += record.bytes.count - old.bytes.count
    return old
  }

  /// The records in chunks; none where there are no records.
  private func chunked(_ records: [Record], reusing chunk: Chunk) -> [Chunk] {
    chunk.records = []
    guard !records.isEmpty else { return [] }
    let size = records.count <= Self.chunkCountMaximum ? records.count : Self.chunkCount
    return stride(from: 0, to: records.count, by: size).map { start in
      let part = start == 0 ? chunk : Chunk(in: self)
      part.records = Array(records[start..<min(start + size, records.count)])
      part.renumber()
      return part
    }
  }

  private func number(from first: Int) {
    var start = first == 0 ? 0 : chunks[first - 1].start + chunks[first - 1].records.count
    for index in first..<chunks.count {
      chunks[index].index = index
      chunks[index].start = start
      start += chunks[index].records.count
    }
  }

  /// Stops the program where the list contradicts itself.
  func checkInvariants() {
    var start = 0
    for (index, chunk) in chunks.enumerated() {
      precondition(chunk.index == index && chunk.start == start, "numbers of chunk \(index)")
      precondition(!chunk.records.isEmpty || chunks.count == 1, "an empty chunk")
      var ranks = RankCounts()
      for (slot, record) in chunk.records.enumerated() {
        precondition(record.chunk === chunk && record.slot == slot, "place of \(start + slot)")
        ranks.add(record.counted.ranks)
      }
      precondition(ranks == chunk.ranks, "ranks of chunk \(index)")
      start += chunk.records.count
    }
    precondition(start == count, "number of records")
  }
}
