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

  @Test func `is the same 64 bytes at a time and byte by byte`() {
    let pieces =
      Array("aZ09 .,_\n").map { Array(String($0).utf8) } + [Array("é日👍".utf8), [0xC3], [0xFF]]
    var state: UInt64 = 7
    for round in 0..<2_000 {
      var text: [UInt8] = []
      for _ in 0..<(round % 200) {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let (choice, letter) = (Int(state >> 40), UInt8(state >> 33 & 15))
        text += choice % 10 < 7 ? [0x61 + letter] : pieces[choice % pieces.count]
        // Runs that are longer than a block, or end with one.
        if choice % 97 == 0 {
          text += repeatElement(text[choice % text.count], count: choice % 130)
        }
      }
      #expect(TokenEstimate.count(text.span) == plain(text), "\(text)")
    }
  }
}

/// The plain twin: every byte by itself.
private func plain(_ text: [UInt8]) -> Int {
  var (total, index) = (0, 0)
  while index < text.count {
    let kind = RunKind(text[index])
    let start = index
    repeat { index += 1 } while index < text.count && kind.takes(text[index])
    total += kind.cost(bytes: index - start, endsLine: text[start..<index].contains(0x0A))
  }
  return total
}

private func estimate(_ text: String) -> Int {
  TokenEstimate.count(Array(text.utf8).span)
}
