import Testing

@testable import Scoring

/// Modified Kneser–Ney by its definition, with dictionaries, for comparison.
struct PlainKneserNey {
  private let order: Int
  private var counts: [[[Int]: Int]]
  private var adjusted: [[[Int]: Int]]
  private let words: Int

  /// - Parameter sentences: words from 3 on; 1 is `<s>`, 2 is `</s>`, 0 is `<unk>`.
  init(_ sentences: [[Int]], order: Int) {
    self.order = order
    counts = [[[Int]: Int]](repeating: [:], count: order)
    for sentence in sentences {
      let all = [1] + sentence + [2]
      for end in 1..<all.count {
        for length in 1...order where end - length + 1 >= 0 {
          counts[length - 1][Array(all[(end - length + 1)...end]), default: 0] += 1
        }
      }
    }
    words = Set(sentences.joined()).count + 2
    adjusted = counts
    for length in 1..<max(order, 1) {
      var found: [[Int]: Int] = [:]
      for gram in counts[length].keys { found[Array(gram.dropFirst()), default: 0] += 1 }
      for (gram, count) in counts[length - 1] where gram[0] == 1 { found[gram] = count }
      adjusted[length - 1] = found
    }
  }

  func probability(_ gram: [Int]) -> Double {
    guard !gram.isEmpty else { return 1 / Double(words) }
    let table = adjusted[gram.count - 1]
    let context = gram.dropLast()
    let discounts = KneserNey.discounts(
      counts[gram.count - 1].keys.map { UInt32(table[$0] ?? 0) })
    var (total, free) = (0.0, 0.0)
    for (other, count) in table where other.dropLast() == context {
      total += Double(count)
      free += discounts[min(count, 3)]
    }
    let lower = probability(Array(gram.dropFirst()))
    guard total > 0 else { return lower }
    let count = table[gram] ?? 0
    let own = count > 0 ? (Double(count) - discounts[min(count, 3)]) / total : 0
    return own + free / total * lower
  }
}

@Suite struct `Kneser-Ney smoothing` {
  @Test(arguments: [(1, 1), (2, 2), (3, 3), (4, 4)] as [(order: Int, seed: UInt64)])
  func `gives what its definition says`(_ order: Int, _ seed: UInt64) throws {
    var dice = seed
    func roll(_ sides: Int) -> Int {
      dice = dice &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(dice >> 33) % sides
    }
    let sentences = (0..<120).map { _ in
      (0..<1 + roll(7)).map { _ in 3 + roll(3 + roll(9)) }
    }
    func key(_ word: Int) -> UInt64 {
      switch word {
      case 0: WordKey.unknown
      case 1: WordKey.sentenceStart
      case 2: WordKey.sentenceEnd
      default: WordKey.of("w\(word)")
      }
    }
    var counter = NGramCounter(order: order)
    for sentence in sentences { counter.add(sentence.map(key)) }
    var trained = KneserNey(counter, prune: [Int](repeating: 0, count: order))
    let model = try LanguageModel(ModelBytes(words: trained.words(isPacked: false)))
    let plain = PlainKneserNey(sentences, order: order)
    var costs = SentenceCosts()
    for sentence in sentences.prefix(40) {
      let all = [1] + sentence + [2]
      costs.measure(all.map(key), with: model)
      for end in 1..<all.count {
        let gram = Array(all[max(0, end - order + 1)...end])
        let found = ExactReal.exp(Cost.log10(costs.costs[end]) * 2.302585092994046)
        #expect(abs(found - plain.probability(gram)) < 2e-5)
      }
    }
    // All words after a context make one.
    for context in [[1], [1, sentences[0][0]], [sentences[1][0], 77]] {
      let words = Array(Set(sentences.joined())).sorted() + [0, 2]
      var sum = 0.0
      for word in words {
        let all = context + [word]
        costs.measure(all.map(key), with: model)
        sum += ExactReal.exp(Cost.log10(costs.costs[all.count - 1]) * 2.302585092994046)
      }
      #expect(abs(sum - 1) < 1e-3)
    }
  }

  @Test func `rounds little when it is packed`() throws {
    var exact = try LanguageModelTrainer(order: 3, prune: [0])
    for number in 0..<400 {
      let line = "the \(number % 7) of \(number % 11) is not \(number % 13) but \(number % 5)\n"
      exact.add(Array(line.utf8).span)
    }
    var packed = exact
    let models = [try exact.train(isPacked: false), try packed.train(isPacked: true)]
    #expect(models[1].bytes.count < models[0].bytes.count + 8192)
    var sums: [Double] = []
    for (bytes, _) in models {
      var text = ModelText(try LanguageModel(ModelBytes(bytes: bytes.span)))
      let line = Array("the 3 of 5 is not 12 but 4\nthe 9 of 9".utf8)
      sums.append(text.measure(line.span).log10)
    }
    #expect(abs(sums[0] - sums[1]) < 0.1)
  }
}
