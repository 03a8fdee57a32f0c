internal import Curation
internal import JSON
internal import Scoring
internal import Trimming

/// What diagnostics say.
enum Messages {
  /// `score 4.21 is below 7; alignment costs 2.1, density 0.84`
  static func lowScore(_ score: ScoreResult, minimum: Int) -> String {
    let text = "score \(decimal(score.hundredths ?? 0)) is below \(decimal(minimum))"
    let costs = costs(of: score)
    guard !costs.isEmpty else { return text }
    let parts = costs.map { "\(name($0.signal)) \(decimal(-$0.points))" }
    return text + "; what costs most: " + parts.joined(separator: ", ")
  }

  /// The two signals that took the most away, in hundredths.
  static func costs(of score: ScoreResult) -> [(signal: String, points: Int)] {
    Array(
      score.contributions
        .filter { $0.signal != "base" && $0.signal != "limit" && $0.points < 0 }
        .sorted { ($0.points, $0.signal) < ($1.points, $1.signal) }
        .prefix(2))
  }

  static func perplexity(_ signals: Signals?, below limit: PerplexityBand.Limit?) -> String {
    "perplexity \(tenths(signals)) is below \(limit?.text ?? "the minimum")"
  }

  static func perplexity(_ signals: Signals?, above limit: PerplexityBand.Limit?) -> String {
    "perplexity \(tenths(signals)) is above \(limit?.text ?? "the maximum")"
  }

  private static func tenths(_ signals: Signals?) -> String {
    decimal((signals?.perplexity ?? 0) * 10)
  }

  static func fluff(_ kind: EditKind) -> String {
    switch kind {
    case .greeting: "fluff: a greeting"
    case .preamble: "fluff: a preamble"
    case .restatement: "fluff: the question said again"
    case .selfReference: "fluff: the model talks about itself"
    case .closer: "fluff: a closing phrase"
    case .repetition: "fluff: said before"
    case .templateToken: "fluff: a token of a template"
    case .whitespace: "fluff: padding"
    }
  }

  /// An id as it is written in JSON: `"a"`, `7`.
  static func name(_ id: ExampleID) -> String {
    var writer = JSONWriter()
    id.write(to: &writer)
    return String(decoding: writer.take(), as: UTF8.self)
  }

  static func name(_ signal: String) -> String {
    String(signal.map { $0 == "_" ? " " : $0 })
  }

  /// Hundredths as a decimal without trailing zeros: 421 → `4.21`, 700 → `7`.
  static func decimal(_ hundredths: Int) -> String {
    let sign = hundredths < 0 ? "-" : ""
    let (whole, rest) = (hundredths.magnitude / 100, hundredths.magnitude % 100)
    if rest == 0 { return "\(sign)\(whole)" }
    if rest % 10 == 0 { return "\(sign)\(whole).\(rest / 10)" }
    return "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
  }

  /// Ten-thousandths as a decimal: 9132 → `0.9132`.
  static func similarity(_ tenThousandths: Int) -> String {
    if tenThousandths >= 10_000 { return "1" }
    var digits = String(tenThousandths + 10_000).dropFirst()
    while digits.count > 1, digits.last == "0" { digits = digits.dropLast() }
    return "0.\(digits)"
  }
}
