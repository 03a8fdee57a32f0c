import Curation
import JSON
import JSONRPC
import Shingling
import Sketching
import Testing

@testable import EditorService

/// The view against what its definition says, record by record.
@Suite struct `A view` {
  /// A record, and what the index is told of it.
  private struct Row {
    let record: Record
    let prepared: Prepared?
  }

  private static let criteria = Criteria(nestingMaximum: 128, idBytesMaximum: 4_096)

  private static func text(_ random: inout Random) -> String {
    var words = (0..<24).map { "w\($0)" }
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      words[Int.random(in: 0..<words.count, using: &random)] =
        "v\(Int.random(in: 0..<2, using: &random))"
    }
    return words.joined(separator: " ")
  }

  /// What a record is by definition: nil for none, else the place of its original.
  private static func expected(
    _ rows: [Row]
  ) -> [(isExact: Bool, original: Int, similarity: Int)?] {
    var isLeader: [Bool] = []
    var result: [(isExact: Bool, original: Int, similarity: Int)?] = []
    let threshold = Settings().near.threshold
    for (number, row) in rows.enumerated() {
      guard let text = row.prepared?.text, text.tokenCount > 0 else {
        isLeader.append(false)
        result.append(nil)
        continue
      }
      let twin = rows[..<number].firstIndex { $0.prepared?.text.fingerprint == text.fingerprint }
      if let twin {
        isLeader.append(false)
        result.append((true, twin, 10_000))
        continue
      }
      var found: [(place: Int, similarity: Int)] = []
      let mine = Set(text.shingles.hashes)
      for (place, other) in rows[..<number].enumerated() {
        guard let theirs = other.prepared else { continue }
        let others = Set(theirs.text.shingles.hashes)
        let common = mine.intersection(others).count
        let union = mine.union(others).count
        guard threshold.isReached(intersection: common, union: union),
          zip(row.prepared?.bandKeys ?? [], theirs.bandKeys).contains(where: { $0 == $1 })
        else { continue }
        found.append((place, 10_000 * common / union))
      }
      isLeader.append(found.isEmpty)
      let original = found.first { isLeader[$0.place] } ?? found.first
      result.append(original.map { (false, $0.place, $0.similarity) })
    }
    return result
  }

  @Test(arguments: 1...4)
  func `marks what its definition marks, whatever was edited`(_ seed: UInt64) throws {
    var random = Random(seed)
    var reader = RecordReader(Self.criteria)
    let view = View(Self.criteria.settings.near.threshold)
    let list = RecordList()
    var rows: [Row] = []
    func makeRow() -> Row {
      let bytes = Array("{\"text\": \"\(Self.text(&random))\"}".utf8)
      let reading = reader.read(bytes[...])
      return Row(
        record: list.makeRecord(bytes, contentCount: bytes.count), prepared: reading.prepared)
    }
    var marks: Set<Int> = []
    for _ in 0..<50 {
      let low = Int.random(in: 0...rows.count, using: &random)
      let high = min(
        rows.count, low + [0, 1, 1, 1, 3, 20][Int.random(in: 0..<6, using: &random)])
      let new = (0..<[0, 1, 1, 1, 5, 25][Int.random(in: 0..<6, using: &random)]).map { _ in
        makeRow()
      }
      if high - low == 1, new.count == 1 { view.beginReplacing() }
      for row in rows[low..<high] { view.remove(row.record) }
      list.replace(low..<high, with: new.map(\.record))
      rows.replaceSubrange(low..<high, with: new)
      for row in new {
        row.record.reading = RecordSummary(
          kind: .example, findings: [], score: nil, tokens: 0, tokensCut: 0)
        if let prepared = row.prepared {
          view.insert(row.record, prepared.text, bandKeys: prepared.bandKeys)
        }
      }
      view.settle()
      list.checkInvariants()
      for (number, wanted) in Self.expected(rows).enumerated() {
        let duplicate = Duplicate(rows[number].record)
        try #require(duplicate?.original.number == wanted?.original, "record \(number)")
        #expect(duplicate.map { $0.code == .exactDuplicate } == wanted?.isExact)
        #expect(duplicate?.similarity == wanted?.similarity)
        if let wanted { marks.insert(wanted.isExact ? 1 : 2) }
      }
    }
    #expect(marks == [1, 2], "both kinds have come up")
  }
}
