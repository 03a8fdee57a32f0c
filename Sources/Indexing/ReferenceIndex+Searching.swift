internal import Containers
internal import Shingling

/// A reference that occurs in a text.
package struct ReferenceHit: Equatable, Sendable {
  /// The number of its field.
  package let field: UInt32
  /// The share of the field that is there, in ten-thousandths, cut.
  package let containment: Int

  package init(field: UInt32, containment: Int) {
    self.field = field
    self.containment = containment
  }
}

extension ReferenceIndex {
  /// The field of which the text has most; of equal ones the one that came first.
  ///
  /// - Parameter text: the hashes of all shingles in the order of the text.
  /// - Complexity: O(text + what is compared).
  package mutating func closest(to text: [UInt32]) -> ReferenceHit? {
    guard !fields.isEmpty, !text.isEmpty else { return nil }
    beginSearch()
    var best: ReferenceHit?
    var distinct: [UInt32]?
    for (position, hash) in text.enumerated() {
      anchors.forEach(Self.key(hash)) { number in
        let field = fields[Int(number)]
        if field.isRun {
          if occurs(field, in: text, around: position) {
            Self.take(ReferenceHit(field: number, containment: 10_000), &best)
          }
        } else if stamps[Int(number)] != stamp {
          stamps[Int(number)] = stamp
          let sorted = distinct ?? Self.distinct(text)
          distinct = sorted
          if let share = share(of: field, in: sorted.span) {
            Self.take(ReferenceHit(field: number, containment: share), &best)
          }
        }
        return true
      }
    }
    return best
  }

  /// The slow twin of `closest`: every field, looked for everywhere.
  package func plainClosest(to text: [UInt32]) -> ReferenceHit? {
    var best: ReferenceHit?
    let set = Set(text)
    for (number, field) in fields.enumerated() {
      let its = hashes[field.start..<field.start + field.count]
      var share = 0
      if field.isRun {
        let isThere = text.indices.contains { text[$0...].starts(with: its) }
        share = isThere ? 10_000 : 0
      } else {
        let common = its.reduce(0) { $0 + (set.contains($1) ? 1 : 0) }
        if common * 5 >= field.count * 4 { share = common * 10_000 / field.count }
      }
      if share > 0 {
        Self.take(ReferenceHit(field: UInt32(number), containment: share), &best)
      }
    }
    return best
  }

  private static func take(_ hit: ReferenceHit, _ best: inout ReferenceHit?) {
    guard let old = best else {
      best = hit
      return
    }
    if hit.containment > old.containment
      || hit.containment == old.containment && hit.field < old.field
    {
      best = hit
    }
  }

  private mutating func beginSearch() {
    if stamp == .max {
      for index in stamps.indices { stamps[index] = 0 }
      stamp = 0
    }
    stamp += 1
  }

  private func occurs(_ field: Field, in text: [UInt32], around position: Int) -> Bool {
    let start = position - field.anchor
    guard start >= 0, start + field.count <= text.count else { return false }
    for offset in 0..<field.count where text[start + offset] != hashes[field.start + offset] {
      return false
    }
    return true
  }

  /// The share of a set that is in a sorted text; nil where it is too little.
  private func share(of field: Field, in sorted: Span<UInt32>) -> Int? {
    let its = hashes.span.extracting(field.start..<field.start + field.count)
    return Overlap.common(its, sorted, required: Containment.required(of: field.count))
      .map { Containment.tenThousandths(common: $0, of: field.count) }
  }
}
