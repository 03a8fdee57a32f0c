import Curation
import JSON
import Testing

@Suite struct SettingsTests {
  func change(_ text: String) throws -> SettingsChange {
    try SettingsChange(try json(text), at: .root, files: .refused("no files here"))
  }

  func written(_ settings: Settings) -> String {
    var writer = JSONWriter()
    settings.write(to: &writer)
    return String(decoding: writer.take(), as: UTF8.self)
  }

  @Test func `what is named is taken and the rest has its default`() throws {
    let settings = try change(
      #"{"near":{"threshold":0.90,"shingle":5,"field":"prompt"},"trim":"off","score":{"minimum":6.5},"perplexity":{"minimum":null,"maximum":null},"persist":false}"#
    ).applied(to: Settings())
    #expect(
      written(settings)
        == #"{"near":{"threshold":0.90,"shingle":5,"field":"prompt","text":"original"},"trim":"off","score":{"minimum":6.5},"perplexity":{"minimum":null,"maximum":null},"persist":false}"#
    )
    #expect(
      written(Settings())
        == #"{"near":{"threshold":0.8,"shingle":3,"field":"all","text":"original"},"trim":"standard","score":{"minimum":7},"perplexity":{"minimum":null,"maximum":null},"persist":false}"#
    )
  }

  @Test func `numbers as C libraries print them mean their shortest decimals`() throws {
    let settings = try change(
      #"{"near":{"threshold":0.90000000000000002},"score":{"minimum":6.2999999999999998},"perplexity":{"minimum":20.100000000000001,"maximum":1000.7000000000000455}}"#
    ).applied(to: Settings())
    #expect(
      written(settings)
        == #"{"near":{"threshold":0.9,"shingle":3,"field":"all","text":"original"},"trim":"standard","score":{"minimum":6.3},"perplexity":{"minimum":20.1,"maximum":1000.7},"persist":false}"#
    )
  }

  @Test(arguments: [
    (#"{"near":{"threshold":0}}"#, "/near/threshold"),
    (#"{"near":{"threshold":1.5}}"#, "/near/threshold"),
    (#"{"near":{"threshold":"0.8"}}"#, "/near/threshold"),
    (#"{"near":{"threshold":-0.1}}"#, "/near/threshold"),
    (#"{"near":{"shingle":0}}"#, "/near/shingle"), (#"{"near":{"shingle":33}}"#, "/near/shingle"),
    (#"{"near":{"field":"output"}}"#, "/near/field"), (#"{"near":{"bands":3}}"#, "/near/bands"),
    (#"{"near":3}"#, "/near"), (#"{"trim":"hard"}"#, "/trim"),
    (#"{"trim":{"level":"x"}}"#, "/trim/level"),
    (#"{"score":{"minimum":0.5}}"#, "/score/minimum"),
    (#"{"score":{"minimum":10.01}}"#, "/score/minimum"),
    (#"{"score":{"minimum":"7"}}"#, "/score/minimum"),
    (#"{"perplexity":{"maximum":0.9}}"#, "/perplexity/maximum"),
    (#"{"perplexity":{"minimum":"3"}}"#, "/perplexity/minimum"),
    (#"{"perplexity":{"minimum":-3}}"#, "/perplexity/minimum"),
    (#"{"perplexity":{"band":3}}"#, "/perplexity/band"), (#"{"perplexity":3}"#, "/perplexity"),
    (#"{"persist":1}"#, "/persist"),
    (#"{"fields":{"prompt":["/a"]}}"#, "/fields/response"),
    (#"{"fields":{"response":["a"]}}"#, "/fields/response/0"), (#"{"speed":1}"#, "/speed"),
  ])
  func `what is out of range or unknown is refused with its place`(
    _ text: String, _ pointer: String
  ) throws {
    #expect { try change(text) } throws: { error in
      guard let error = error as? InputError else { return false }
      return error.kind == .invalidSettings && error.pointer.description == pointer
    }
  }

  @Test(arguments: [
    #"{"trim":"aggressive"}"#
  ])
  func `what is known and not built says so`(_ text: String) throws {
    #expect { try change(text) } throws: { ($0 as? InputError)?.kind == .notAvailable }
  }

  @Test(
    arguments: [
      ("1", 100), ("10", 1_000), ("7", 700), ("6.5", 650), ("6.99", 699), ("6.991", 700),
      ("6.990", 699),
      ("10.0", 1_000), ("0.99", nil), ("10.01", nil), ("7.", nil), ("-7", nil), ("7e0", nil),
      ("x", nil),
    ] as [(String, Int?)])
  func `a minimum is compared as printed`(_ text: String, _ hundredths: Int?) {
    #expect(ScoreText.hundredths(text) == hundredths)
  }

  @Test func `an existing corpus tells the first setting that differs`() throws {
    let settings = Settings()
    #expect(try change(#"{}"#).firstDifference(from: settings) == nil)
    #expect(try change(#"{"near":{"threshold":0.80}}"#).firstDifference(from: settings) == nil)
    #expect(
      try change(#"{"trim":"off","near":{"shingle":2}}"#).firstDifference(from: settings)?
        .description
        == "/near/shingle")
  }

  @Test func `a change is written as it was read`() throws {
    for text in [
      "{}", #"{"near":{"threshold":0.75,"text":"trimmed"},"score":{"minimum":null}}"#,
      #"{"trim":"off","fields":{"prompt":["/a"],"response":["/b"]}}"#, #"{"fields":null}"#,
    ] {
      var writer = JSONWriter()
      try change(text).write(to: &writer)
      #expect(String(decoding: writer.take(), as: UTF8.self) == text)
    }
  }
}
