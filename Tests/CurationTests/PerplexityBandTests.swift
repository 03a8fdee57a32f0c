import JSON
import Testing

@testable import Curation

@Suite struct `The band of perplexities` {
  @Test(
    arguments: [
      ("20", 200, 200), ("20.1", 201, 201), ("20.15", 202, 201), ("20.10", 201, 201),
      ("1", 10, 10), ("1000000000", 10_000_000_000, 10_000_000_000), ("0.9", nil, nil),
      ("1000000001", nil, nil), ("2e3", nil, nil), ("20.", nil, nil), ("-3", nil, nil),
    ] as [(String, Int?, Int?)])
  func `is compared as printed`(_ text: String, _ least: Int?, _ most: Int?) {
    #expect(PerplexityBand.Limit(text, roundedUp: true)?.tenths == least)
    #expect(PerplexityBand.Limit(text, roundedUp: false)?.tenths == most)
  }

  @Test(
    arguments: [
      (199, .lowPerplexity), (200, []), (500, []), (501, .highPerplexity), (nil, []),
    ] as [(Int?, Reasons)])
  func `drops what lies outside, and nothing without a perplexity`(
    _ tenths: Int?, _ reasons: Reasons
  ) {
    var policy = Policy(minimumScore: nil)
    policy.perplexity.minimum = PerplexityBand.Limit("20", roundedUp: true)
    policy.perplexity.maximum = PerplexityBand.Limit("50", roundedUp: false)
    let found = policy.reasons(
      isExact: false, isNear: false, score: nil, perplexity: tenths, isEmpty: false)
    #expect(found == reasons)
  }

  @Test func `is written as it was given, and only what a request names`() throws {
    let text = #"{"perplexity":{"maximum":800.50,"minimum":null}}"#
    let change = try SettingsChange(
      try json(text), at: .root, files: .refused("no files here"))
    var writer = JSONWriter()
    change.write(to: &writer)
    #expect(
      String(decoding: writer.take(), as: UTF8.self)
        == #"{"perplexity":{"minimum":null,"maximum":800.50}}"#)
  }

  @Test func `wants the quality computed even for a decision`() throws {
    var settings = Settings.withoutMinimum
    settings.perplexity.maximum = PerplexityBand.Limit("2", roundedUp: false)
    var judge = Judge(settings)
    let row = #"{"instruction":"Name a fruit.","output":"The apple is a fruit of gardens."}"#
    let example = try judge.decoder.decode(try json(row))
    let prepared = judge.curator.prepare(example, .decision)
    let outcome = try judge.corpus.admit(prepared, Corpus.Options())
    #expect(outcome.decision.reasons == .highPerplexity)
  }
}
