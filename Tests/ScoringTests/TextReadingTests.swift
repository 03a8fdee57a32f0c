import Testing

@testable import Scoring

@Suite struct `A text that is read` {
  /// What words, signs and broken bytes are made of.
  static let pieces =
    Array("abesSxZ_09 .,!?-*`([{)]};=\n\t").map { Array(String($0).utf8) }
    + ["the", "ing", "é", "É", "ß", "中", "ж", "…", "\u{A0}", "Ã©", "\u{FFFD}", "\u{1}", "🙂"]
    .map { Array($0.utf8) } + [[0xC3], [0xFF], [0xE2, 0x80]]

  /// Seven times in ten a letter, so that words of every length come.
  static func text(_ random: inout SplitMix, pieces count: Int) -> [UInt8] {
    var text: [UInt8] = []
    for _ in 0..<count {
      let isLetter = random.next() % 10 < 7
      text +=
        isLetter
        ? [UInt8(0x61 + random.next() % 26)] : pieces[Int(random.next() % UInt64(pieces.count))]
    }
    return text
  }

  @Test func `is the same eight bytes at a time and one by one`() {
    var random = SplitMix(state: 91)
    var (quick, plain) = (TextReading(), TextReading())
    for length in 0..<600 {
      let text = Self.text(&random, pieces: length % 120)
      quick.read(text.span)
      plain.read(text.span, isPlain: true)
      #expect(Array(quick.keys) == Array(plain.keys))
      #expect(quick.marks.map(Self.described) == plain.marks.map(Self.described))
      #expect(Self.counts(quick) == Self.counts(plain), "\(text)")
    }
  }

  private static func described(_ mark: Mark) -> [Int] {
    [
      Int(mark.stem), Int(mark.offset), Int(mark.length), Int(mark.kind.rawValue),
      Int(mark.wordClass.rawValue), mark.isUpper ? 1 : 0,
    ]
  }

  private static func counts(_ text: TextReading) -> [Int] {
    [
      text.words, text.numbers, text.signTokens, text.lines, text.letters, text.digits,
      text.symbols, text.codeSigns, text.latinBeyondASCII, text.otherScript, text.signs,
      text.broken, text.foreignWords, text.functionWords, text.stops, text.fences, text.listLines,
      text.openBrackets, text.brackets,
    ]
  }
}

@Suite struct `The vocabulary of a response` {
  @Test func `is what sets of its words say`() {
    var random = SplitMix(state: 92)
    var (vocabulary, prompt, response) = (Vocabulary(), TextReading(), TextReading())
    for round in 0..<200 {
      let words = ["rain", "rains", "hill", "the", "of", "42", "7", "sun", "a", "write"]
      let make = { (count: Int) in
        (0..<count).map { _ in words[Int(random.next() % UInt64(words.count))] }
      }
      prompt.read(Array(make(round % 17).joined(separator: " ").utf8).span)
      response.read(Array(make(round).joined(separator: " ").utf8).span)
      vocabulary.read(response, prompt: round % 5 == 0 ? nil : prompt)
      let stems = response.marks.filter { $0.kind == .word }.map(\.stem)
      #expect(vocabulary.distinct == Set(stems).count)
      let windows = stride(from: 0, to: stems.count, by: 50).map { start in
        Set(stems[start..<min(start + 50, stems.count)]).count
      }
      #expect(vocabulary.distinctInWindows == windows.reduce(0, +))
      let (mine, others) = (Self.triples(response), round % 5 == 0 ? [] : Self.triples(prompt))
      #expect(vocabulary.tripleCount == mine.count)
      #expect(vocabulary.repeated == mine.count - Set(mine).count)
      #expect(vocabulary.inPrompt == mine.count { Set(others).contains($0) })
      let telling = Set(response.marks.filter(\.tellsSubject).map(\.stem))
      for mark in prompt.marks {
        #expect(vocabulary.tellsSubject(mark.stem) == telling.contains(mark.stem))
      }
    }
  }

  private static func triples(_ text: TextReading) -> [[UInt64]] {
    let keys = zip(text.marks, text.keys).filter { $0.0.kind == .word }.map(\.1)
    return keys.indices.dropLast(2).map { Array(keys[$0..<$0 + 3]) }
  }
}

@Suite struct `The sums of a score` {
  @Test func `are those of their terms, one by one`() {
    var random = SplitMix(state: 93)
    let sums = Weights.standard.detectors.map(\.sum)
    let together = Sums(sums)
    let places = Scratch(filler: MeasurePlace())
    for _ in 0..<500 {
      var measures = Measures()
      for measure in Measure.allCases where random.next() % 4 > 0 {
        measures[measure] = Int(random.next() % 16_000) - 3000
      }
      together.evaluate(measures, places) { index, value, isMeasured in
        #expect(value == sums[index].value(measures))
        #expect(isMeasured == sums[index].terms.contains { measures[$0.measure] != nil })
      }
    }
  }

  @Test func `go in straight lines between the knots and are level outside`() {
    let curve = Weights.Curve([0, 10, 30], [100, 200, -200])
    #expect([-5, 0, 5, 10, 20, 30, 99].map(curve.value) == [100, 100, 150, 200, 0, -200, -200])
  }
}

/// A seeded source of random numbers: the same on every machine.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}
