/// Findings by rank; the lowest rank is the worst.
struct RankCounts: Equatable {
  static let rankCount = 64
  private(set) var counts = [Int32](repeating: 0, count: rankCount)

  subscript(rank: Int) -> Int { Int(counts[rank]) }

  mutating func add(_ ranks: [UInt8]) { for rank in ranks { counts[Int(rank)] += 1 } }
  mutating func subtract(_ ranks: [UInt8]) { for rank in ranks { counts[Int(rank)] -= 1 } }

  /// - Complexity: O(ranks).
  mutating func add(_ other: RankCounts) {
    for rank in counts.indices { counts[rank] += other.counts[rank] }
  }
}

/// What is counted of a record.
struct Tally: Equatable {
  struct Flags: OptionSet {
    let rawValue: UInt16
    static let record = Flags(rawValue: 1 << 0)
    static let example = Flags(rawValue: 1 << 1)
    static let unusable = Flags(rawValue: 1 << 2)
    static let exact = Flags(rawValue: 1 << 3)
    static let near = Flags(rawValue: 1 << 4)
    static let contaminated = Flags(rawValue: 1 << 5)
    static let lowScore = Flags(rawValue: 1 << 6)
    static let scored = Flags(rawValue: 1 << 7)
    static let pending = Flags(rawValue: 1 << 8)
  }

  var flags: Flags = []
  /// The ranks of its findings.
  var ranks: [UInt8] = []
  /// Hundredths.
  var score = 0
  var tokens = 0
  var tokensCut = 0
}

/// The sums of a document.
struct Totals: Equatable {
  private(set) var records = 0
  private(set) var examples = 0
  private(set) var unusable = 0
  private(set) var exact = 0
  private(set) var near = 0
  private(set) var contaminated = 0
  private(set) var lowScore = 0
  private(set) var scored = 0
  private(set) var pending = 0
  private(set) var score = 0
  private(set) var tokens = 0
  private(set) var tokensCut = 0
  private(set) var findings = 0

  /// Hundredths; nil where nothing is scored.
  var meanScore: Int? { scored == 0 ? nil : (score + scored / 2) / scored }

  mutating func add(_ tally: Tally) { change(tally, by: 1) }
  mutating func subtract(_ tally: Tally) { change(tally, by: -1) }

  private mutating func change(_ tally: Tally, by sign: Int) {
    func one(_ flag: Tally.Flags) -> Int { tally.flags.contains(flag) ? sign : 0 }
    records += one(.record)
    examples += one(.example)
    unusable += one(.unusable)
    exact += one(.exact)
    near += one(.near)
    contaminated += one(.contaminated)
    lowScore += one(.lowScore)
    scored += one(.scored)
    pending += one(.pending)
    score += sign * tally.score
    tokens += sign * tally.tokens
    tokensCut += sign * tally.tokensCut
    findings += sign * tally.ranks.count
  }
}
