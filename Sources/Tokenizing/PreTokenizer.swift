/// One step that cuts a text into the pieces that the model sees.
enum PreTokenizer: Sendable {
  case split(TextPattern, SplitBehavior, isInverted: Bool)
  /// Bytes as characters; where the model works on bytes, only the space before.
  case byteLevel(addsSpace: Bool, mapsBytes: Bool)
  case metaspace(MetaspaceRule)
  /// Before each mark that follows something else: changes no token, only makes pieces short.
  case runs(of: [UInt8])
}

enum SplitBehavior: String, Sendable {
  case removed = "Removed"
  case isolated = "Isolated"
  case contiguous = "Contiguous"
  case mergedWithPrevious = "MergedWithPrevious"
  case mergedWithNext = "MergedWithNext"
}

struct MetaspaceRule: Sendable {
  enum Scheme: String, Sendable { case always, first, never }
  let mark: [UInt8]
  let scheme: Scheme
  let splits: Bool
}

/// A text being cut: bytes, and pieces of them one after another in order.
struct Pieces {
  var text: [UInt8]
  var ranges: [(start: Int, end: Int)]
  /// Whether the first piece begins where the whole text began.
  let isFirst: Bool

  init(_ text: [UInt8], isFirst: Bool) {
    self.text = text
    self.isFirst = isFirst
    ranges = [(0, text.count)]
  }

  mutating func apply(_ step: PreTokenizer) {
    switch step {
    case .split(let pattern, let behavior, let isInverted):
      split(pattern, behavior, isInverted)
    case .byteLevel(let addsSpace, let mapsBytes):
      guard addsSpace || mapsBytes else { return }
      rewrite { piece, _ in
        let spaced = addsSpace && piece.first != 0x20 ? [0x20] + piece : Array(piece)
        return mapsBytes ? ByteCharacters.encode(spaced) : spaced
      }
    case .metaspace(let rule): metaspace(rule)
    case .runs(let mark): runs(mark)
    }
  }

  private mutating func split(
    _ pattern: TextPattern, _ behavior: SplitBehavior, _ isInverted: Bool
  ) {
    var new: [(start: Int, end: Int)] = []
    new.reserveCapacity(ranges.count)
    var parts: [TextPattern.Part] = []
    var ends: [Int] = []
    for range in ranges {
      if case .known(let split) = pattern, behavior == .isolated {
        ends.removeAll(keepingCapacity: true)
        split.split(text.span, range.start, range.end, into: &ends)
        var start = range.start
        for end in ends {
          new.append((start, end))
          start = end
        }
      } else {
        parts.removeAll(keepingCapacity: true)
        pattern.parts(text.span, range.start, range.end, into: &parts)
        Self.join(parts, range.start, behavior, isInverted, into: &new)
      }
    }
    ranges = new
  }

  private static func join(
    _ parts: [TextPattern.Part], _ start: Int, _ behavior: SplitBehavior, _ isInverted: Bool,
    into ranges: inout [(start: Int, end: Int)]
  ) {
    var start = start
    let first = ranges.count
    var previous: Bool?
    // Of merging with the next: a match that waits for it.
    var waiting: Int?
    for part in parts {
      let isMatch = part.isMatch != isInverted
      let joinsPrevious: Bool
      switch behavior {
      case .removed:
        joinsPrevious = false
        if !isMatch { ranges.append((start, part.end)) }
      case .isolated:
        joinsPrevious = false
        ranges.append((start, part.end))
      case .contiguous: joinsPrevious = previous == isMatch
      case .mergedWithPrevious: joinsPrevious = isMatch && previous == false
      case .mergedWithNext:
        joinsPrevious = false
        if isMatch {
          if let waiting { ranges.append((waiting, start)) }
          waiting = start
        } else {
          ranges.append((waiting ?? start, part.end))
          waiting = nil
        }
      }
      if behavior == .contiguous || behavior == .mergedWithPrevious {
        if joinsPrevious, ranges.count > first {
          ranges[ranges.count - 1].end = part.end
        } else {
          ranges.append((start, part.end))
        }
      }
      start = part.end
      previous = isMatch
    }
    if let waiting { ranges.append((waiting, start)) }
  }

  /// Puts another text in the place of each piece.
  private mutating func rewrite(_ body: (ArraySlice<UInt8>, Int) -> [UInt8]) {
    var output: [UInt8] = []
    output.reserveCapacity(text.count + ranges.count)
    var new: [(start: Int, end: Int)] = []
    new.reserveCapacity(ranges.count)
    for (position, range) in ranges.enumerated() {
      let start = output.count
      output += body(text[range.start..<range.end], position)
      new.append((start, output.count))
    }
    text = output
    ranges = new
  }

  private mutating func metaspace(_ rule: MetaspaceRule) {
    let isFirst = isFirst
    rewrite { piece, position in
      var output: [UInt8] = []
      output.reserveCapacity(piece.count * 2)
      let begins = piece.first == 0x20 || piece.starts(with: rule.mark)
      let isWanted =
        rule.scheme == .always || (rule.scheme == .first && isFirst && position == 0)
      if isWanted && !begins { output += rule.mark }
      for byte in piece {
        if byte == 0x20 { output += rule.mark } else { output.append(byte) }
      }
      return output
    }
    if rule.splits { split(.text(rule.mark), .mergedWithNext, false) }
  }

  private mutating func runs(_ mark: [UInt8]) {
    var new: [(start: Int, end: Int)] = []
    for range in ranges { Self.runs(mark, text.span, range, into: &new) }
    ranges = new
  }

  private static func runs(
    _ mark: [UInt8], _ text: Span<UInt8>, _ range: (start: Int, end: Int),
    into ranges: inout [(start: Int, end: Int)]
  ) {
    var start = range.start
    var index = range.start
    var isAfterMark = true
    while index < range.end {
      if text[index] == mark[0], index + mark.count <= range.end,
        ByteHash.isEqual(text, index, mark.span, 0, mark.count)
      {
        if !isAfterMark {
          ranges.append((start, index))
          start = index
        }
        index += mark.count
        isAfterMark = true
      } else {
        index += 1
        isAfterMark = false
      }
    }
    if start < range.end { ranges.append((start, range.end)) }
  }
}
