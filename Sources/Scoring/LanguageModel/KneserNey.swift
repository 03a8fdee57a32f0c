/// Interpolated modified Kneser–Ney smoothing (S. Chen, J. Goodman, "An empirical study of smoothing
/// techniques for language modeling", 1998), as `lmplz` computes it (K. Heafield et al. 2013).
///
/// - The highest order uses counts; an n-gram of a lower order counts the different words that stand
///   before it, unless it begins with `<s>`, which has none before it.
/// - D_k = k − (k + 1)·Y·n_{k+1}/n_k for k = 1, 2, 3 (3 for more), Y = n_1/(n_1 + 2·n_2), where n_k is
///   how many n-grams of the order have the count k.
/// - p(w | h) = (c(h w) − D)/c(h ·) + γ(h)·p(w | h without its first word), where γ(h) is what the
///   discounts have set free. Below the first order stands 1/|V|, `<unk>` included, `<s>` not.
/// - Pruning: n-grams seen no more often than `prune` says for their order are left out, their mass
///   goes to γ. The discounts come from all counts.
struct KneserNey {
  private let counter: NGramCounter
  private let prune: [Int]
  /// Probability and γ of each n-gram, by order and number.
  private var probabilities: [[Double]] = []
  private var weights: [[Double]] = []
  private var isKept: [[Bool]] = []

  /// - Parameter prune: for each order the count that is not enough; 0 keeps all.
  init(_ counter: NGramCounter, prune: [Int]) {
    self.counter = counter
    self.prune = prune
  }

  /// The bytes of the model.
  ///
  /// - Parameter isPacked: half the size, costs rounded to 256 values an order.
  ///
  /// - Complexity: O(n) in n-grams.
  mutating func words(isPacked: Bool) -> [UInt64] {
    for level in 0..<counter.order { estimate(level) }
    var levels: [[LanguageModelWriter.Entry]] = []
    var keys = counter.wordKeys
    for level in 0..<counter.order {
      let grams = counter.levels[level]
      var entries: [LanguageModelWriter.Entry] = []
      var next = [UInt64](repeating: 0, count: grams.count)
      for number in 0..<grams.count {
        let key =
          level == 0
          ? keys[number]
          : WordKey.appending(
            counter.wordKeys[Int(grams.words[number])], to: keys[Int(grams.prefixes[number])])
        next[number] = key
        guard isKept[level][number] else { continue }
        let isStart = level == 0 && number == Int(NGramCounter.start)
        let weight = level + 1 < counter.order ? weights[level][number] : 1
        entries.append(
          .init(
            key: key,
            probability: isStart
              ? 1 : Cost.probability(log10: ExactReal.log10(probabilities[level][number])),
            backoff: Cost.backoff(log10: ExactReal.log10(weight))))
      }
      keys = next
      levels.append(entries)
    }
    return LanguageModelWriter.write(levels, isCased: false, isPacked: isPacked)
  }

  private mutating func estimate(_ level: Int) {
    let grams = counter.levels[level]
    let counts = adjustedCounts(level)
    let discounts = Self.discounts(counts)
    isKept.append(
      (0..<grams.count).map { level == 0 || Int(grams.counts[$0]) > prune[level] })
    // What each context has in all, and what is set free.
    let contexts = level == 0 ? 1 : counter.levels[level - 1].count
    var totals = [Double](repeating: 0, count: contexts)
    var free = totals
    for number in 0..<grams.count where counts[number] > 0 {
      let context = level == 0 ? 0 : Int(grams.prefixes[number])
      let count = Double(counts[number])
      totals[context] += count
      free[context] += isKept[level][number] ? discounts[min(Int(counts[number]), 3)] : count
    }
    let gammas = (0..<contexts).map { totals[$0] > 0 ? free[$0] / totals[$0] : 1 }
    if level > 0 { weights.append(gammas) }
    // `<s>` is no word that could come.
    let uniform = 1 / Double(counter.wordKeys.count - 1)
    var found = [Double](repeating: 0, count: grams.count)
    for number in 0..<grams.count {
      let context = level == 0 ? 0 : Int(grams.prefixes[number])
      let lower = level == 0 ? uniform : probabilities[level - 1][Int(grams.suffixes[number])]
      let own =
        counts[number] > 0
        ? (Double(counts[number]) - discounts[min(Int(counts[number]), 3)]) / totals[context] : 0
      found[number] = own + gammas[context] * lower
    }
    probabilities.append(found)
  }

  /// Counts of the highest order, continuation counts of the others.
  private func adjustedCounts(_ level: Int) -> [UInt32] {
    let grams = counter.levels[level]
    guard level + 1 < counter.order else { return grams.counts }
    var adjusted = [UInt32](repeating: 0, count: grams.count)
    let above = counter.levels[level + 1]
    for number in 0..<above.count { adjusted[Int(above.suffixes[number])] += 1 }
    for number in 0..<grams.count where beginsSentence(level, number) {
      adjusted[number] = level == 0 ? 0 : grams.counts[number]
    }
    return adjusted
  }

  private func beginsSentence(_ level: Int, _ number: Int) -> Bool {
    var (level, number) = (level, number)
    while level > 0 {
      number = Int(counter.levels[level].prefixes[number])
      level -= 1
    }
    return number == Int(NGramCounter.start)
  }

  /// D_0 (none), D_1, D_2 and D_3+. Where the counts of counts do not allow the formula (tiny texts),
  /// ½, 1 and 1½.
  static func discounts(_ counts: [UInt32]) -> [Double] {
    var n = [Double](repeating: 0, count: 5)
    for count in counts where count >= 1 && count <= 4 { n[Int(count)] += 1 }
    let fallback = [0, 0.5, 1, 1.5]
    guard n[1] > 0, n[2] > 0, n[3] > 0 else { return fallback }
    let y = n[1] / (n[1] + 2 * n[2])
    let found = [0] + (1...3).map { Double($0) - Double($0 + 1) * y * n[$0 + 1] / n[$0] }
    let isValid = (1...3).allSatisfy { found[$0] > 0 && found[$0] <= Double($0) }
    return isValid ? found : fallback
  }
}
