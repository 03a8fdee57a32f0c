import Indexing
import Shingling
import Sketching
import Testing

/// Rows made from templates fill buckets beyond their limit; what is found must not change by that.
@Suite struct TemplateTests {
  struct Row {
    let set: ShingleSet
    let keys: [UInt64]
  }

  /// Rows of a few templates whose places are filled from few words, so that pairs of every
  /// similarity occur, duplicates among them.
  static func rows(
    _ count: Int, vocabulary: UInt64 = 40, seed: UInt64
  ) throws -> (index: NearIndex, rows: [Row]) {
    let threshold = try #require(Threshold(numerator: 4, denominator: 5))
    let index = NearIndex(threshold: threshold)
    var random = SplitMix(seed: seed)
    var shingler = Shingler(shingle: 3, key: .published)
    var sketcher = Sketcher(threshold: threshold, key: .published)
    let rows = (0..<count).map { _ -> Row in
      let template = random.next() % 2
      let length = 60 + Int(random.next() % 30)
      let words = (0..<length).map { place -> String in
        place % 9 == 4 && random.next() % 2 == 0
          ? "v\(random.next() % vocabulary)" : "t\(template)w\(place)"
      }
      let set = shingler.set(words.joined(separator: " "))
      return Row(set: set, keys: sketcher.bandKeys(of: set))
    }
    return (index, rows)
  }

  static func jaccardReaches(_ a: ShingleSet, _ b: ShingleSet) -> Bool {
    let common = Overlap.plainCommon(a.hashes, b.hashes)
    return 5 * common >= 4 * (a.count + b.count - common)
  }

  @Test func `every match that shares a band is found, and nothing else`() throws {
    let (index, rows) = try Self.rows(700, seed: 41)
    var found = 0
    for (number, row) in rows.enumerated() {
      let matches = Set(index.matches(to: row.set, bandKeys: row.keys).map { Int($0.ordinal) })
      for (other, earlier) in rows[..<number].enumerated() {
        let matchesExactly = Self.jaccardReaches(row.set, earlier.set)
        let sharesBand = !Set(row.keys).isDisjoint(with: earlier.keys)
        if matches.contains(other) { #expect(matchesExactly, "\(other) of \(number)") }
        if matchesExactly, sharesBand {
          found += 1
          #expect(matches.contains(other), "\(other) of \(number)")
        }
      }
      let closest = index.closest(to: row.set, bandKeys: row.keys).match
      #expect((closest == nil) == matches.isEmpty)
      _ = index.insert(row.set, bandKeys: row.keys)
    }
    #expect(found > 100)
    #expect(index.statistics.largestBucket >= 64)
    index.checkInvariants()
  }

  @Test func `what is removed is never named again, from buckets and from overflows`() throws {
    let (index, rows) = try Self.rows(500, seed: 43)
    for row in rows { _ = index.insert(row.set, bandKeys: row.keys) }
    var random = SplitMix(seed: 44)
    var isLive = [Bool](repeating: true, count: rows.count)
    for _ in 0..<400 {
      let ordinal = Int(random.next() % UInt64(rows.count))
      guard isLive[ordinal] else { continue }
      index.remove(UInt32(ordinal))
      isLive[ordinal] = false
      let row = rows[Int(random.next() % UInt64(rows.count))]
      let matches = index.matches(to: row.set, bandKeys: row.keys).map { Int($0.ordinal) }
      #expect(matches.allSatisfy { isLive[$0] })
      let expected = rows.indices.filter {
        isLive[$0] && Self.jaccardReaches(row.set, rows[$0].set)
          && !Set(row.keys).isDisjoint(with: rows[$0].keys)
      }
      #expect(Set(expected).isSubset(of: matches))
    }
    index.checkInvariants()
  }

  @Test func `a row meets a bounded number of those made from its template`() throws {
    let (index, rows) = try Self.rows(3_000, vocabulary: 50_000, seed: 45)
    var seen: [Int] = []
    for row in rows {
      let before = index.statistics.candidatesSeen
      if index.closest(to: row.set, bandKeys: row.keys).match == nil {
        _ = index.insert(row.set, bandKeys: row.keys)
      }
      seen.append(index.statistics.candidatesSeen - before)
    }
    // About 1,400 rows of the same template came before, most of them in a bucket with it.
    #expect(seen[2_700...].reduce(0, +) / 300 < 450)
  }
}
