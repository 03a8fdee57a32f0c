import Testing

@testable import Tokenizing

/// A text and the estimate that the table of run costs gives for it.
struct EstimateCase: Sendable {
  let text: String
  let tokens: Int

  init(_ text: String, _ tokens: Int) {
    self.text = text
    self.tokens = tokens
  }
}

@Suite struct `The token estimate` {
  @Test(arguments: [
    EstimateCase("", 0),
    EstimateCase("word", 1),
    EstimateCase("Here are 3 tips:", 5),
    EstimateCase("internationalization", 3),
    EstimateCase("1234567", 3),
    EstimateCase("wait...", 3),
    EstimateCase("a b", 2),
    EstimateCase("a  b", 3),
    EstimateCase("a\n\nb", 3),
    EstimateCase("a\r\n", 2),
    EstimateCase("日本語", 3),
    EstimateCase("Привет", 2),
    EstimateCase("👍", 2),
    EstimateCase("été", 1),
  ])
  func `follows the table of run costs`(_ sample: EstimateCase) {
    #expect(estimate(sample.text) == sample.tokens)
  }

  @Test func `is never smaller for a text with words added`() {
    var text = "Keep"
    var before = estimate(text)
    for word in ["the", "kettle", "warm", "12", "日", "and", "(mostly)", "clean."] {
      text += " " + word
      let after = estimate(text)
      #expect(after > before)
      before = after
    }
  }

  @Test func `takes any bytes, also those that are no UTF-8`() {
    for byte in UInt8.min...UInt8.max {
      #expect(TokenEstimate.count([byte, byte, byte].span) >= 0)
    }
  }
}

private func estimate(_ text: String) -> Int {
  TokenEstimate.count(Array(text.utf8).span)
}
