internal import JSON
internal import Trimming

/// What a diagnostic is about.
enum Code: String, CaseIterable, Sendable {
  case invalidJSON = "invalid_json"
  case notAnExample = "not_an_example"
  case contaminated = "contaminated"
  case exactDuplicate = "exact_duplicate"
  case nearDuplicate = "near_duplicate"
  case empty = "empty"
  case lowScore = "low_score"
  case lowPerplexity = "low_perplexity"
  case highPerplexity = "high_perplexity"
  case fluff = "fluff"
  case inCorpus = "already_in_corpus"
  case more = "more"

  var standardSeverity: Severity {
    switch self {
    case .invalidJSON, .notAnExample, .contaminated: .error
    case .exactDuplicate, .nearDuplicate, .empty, .lowScore, .lowPerplexity, .highPerplexity:
      .warning
    case .inCorpus, .more: .information
    case .fluff: .hint
    }
  }
}

enum Severity: String, Sendable {
  case error, warning, information, hint, off

  /// LSP's number.
  var number: Int {
    switch self {
    case .error: 1
    case .warning: 2
    case .information: 3
    case .hint, .off: 4
    }
  }
}

/// Something to be told about a record that depends on nothing but the record.
struct Finding: Sendable {
  let code: Code
  /// Bytes of the record.
  let range: Range<Int>
  let message: String
  /// How bad it is: 0 is the worst.
  let rank: UInt8
  /// A score in hundredths, or the number of a kind of fluff.
  var number = 0
  /// Its diagnostic as it was written last, all but the range; nil before.
  var written: [UInt8]?

  init(_ code: Code, _ range: Range<Int>, _ message: String, rank: UInt8? = nil, number: Int = 0) {
    (self.code, self.range, self.message) = (code, range, message)
    self.rank = rank ?? Rank.of(code)
    self.number = number
  }
}

/// The order in which findings are shown where there are too many: an array index below
/// `RankCounts.rankCount`.
enum Rank {
  private static let firstScore = 12
  private static let hundredthsPerRank = 25

  static func of(_ code: Code) -> UInt8 {
    switch code {
    case .invalidJSON: 0
    case .notAnExample: 1
    case .contaminated: 2
    case .exactDuplicate: 3
    case .nearDuplicate: 4
    case .empty: 8
    case .lowPerplexity, .highPerplexity: 9
    case .lowScore: UInt8(firstScore)
    case .fluff: 50
    case .inCorpus: 51
    case .more: 63
    }
  }

  static func isDuplicate(_ rank: UInt8) -> Bool { (3...7).contains(rank) }

  /// The nearer, the worse: four steps from the threshold to 1.
  static func ofNear(similarity: Int) -> UInt8 {
    switch similarity {
    case 9_500...: 4
    case 9_000...: 5
    case 8_500...: 6
    default: 7
    }
  }

  /// - Parameter score: hundredths.
  static func ofScore(_ score: Int) -> UInt8 {
    UInt8(firstScore + min(max(0, score - 100) / hundredthsPerRank, 37))
  }
}

/// What stays of a reading once the index has it.
struct RecordSummary: Sendable {
  enum Kind: Sendable { case blank, ignored, unusable, example }

  let kind: Kind
  var findings: [Finding]
  /// Hundredths; nil where there is none.
  let score: Int?
  let tokens: Int
  let tokensCut: Int
}
