/// Perplexity of the response, and how much the prompt changes it.
///
/// - perplexity = exp(−1/T · Σ ln p(w_i | w_{i−n+1} … w_{i−1})), over the T tokens of the response,
///   the end of each line among them;
/// - perplexity ratio = perplexity given the prompt / perplexity alone (the n-gram cousin of IFD, in
///   its form exp(NLL given − NLL alone)). Given the prompt, p'(w) = (1 − λ)·p(w) + λ·c(w)/C: a
///   cache of the prompt's C tokens, of which c(w) are w, with λ = 1/10 (R. Kuhn, R. De Mori 1990).
///   Below 1 the prompt helps to expect the response; 1/(1 − λ) = 1.1111 is the most, where the two
///   share no token.
///
/// In integers: log2 in units of 2^-16, powers of two by a table.
struct Perplexity {
  private static let cacheShare = 10
  private var cache = HashBag()

  struct Result: Hashable {
    /// Perplexity in tenths; at most 10^9.
    var tenths: Int
    /// The ratio in ten-thousandths; nil without tokens in the prompt.
    var ratio: Int?
  }

  /// Nil for a text without tokens.
  ///
  /// - Parameter prompt: its keys; nil leaves the ratio out.
  /// - Complexity: O(n) in tokens.
  mutating func measure(
    _ keys: UnsafeBufferPointer<UInt64>, _ costs: SentenceCosts,
    prompt: UnsafeBufferPointer<UInt64>?
  ) -> Result? {
    var (spent, tokens) = (0, 0)
    for index in keys.indices where keys[index] != WordKey.sentenceStart {
      spent += costs.costs[index]
      tokens += 1
    }
    guard tokens > 0 else { return nil }
    var result = Result(tenths: BinaryPower.tenths(cost: spent, over: tokens), ratio: nil)
    guard let prompt else { return result }
    cache.reset(capacity: prompt.count)
    var total = 0
    for key in prompt where key != WordKey.sentenceStart && key != WordKey.sentenceEnd {
      cache.add(UInt32(truncatingIfNeeded: key >> 32), 1)
      total += 1
    }
    guard total > 0 else { return result }
    result.ratio = ratio(keys, costs, total, tokens)
    return result
  }

  private func ratio(
    _ keys: UnsafeBufferPointer<UInt64>, _ costs: SentenceCosts, _ total: Int, _ tokens: Int
  ) -> Int {
    // Σ log2(p'/p), of which log2(1 − λ) falls on every token.
    var sum = 0
    for index in keys.indices where keys[index] != WordKey.sentenceStart {
      guard let count = cache.value(UInt32(truncatingIfNeeded: keys[index] >> 32)) else { continue }
      // p'/p / (1 − λ) = 1 + λ/(1 − λ) · c/C / p, here in 2^-16.
      let inverse = BinaryPower.inverse(cost: min(costs.costs[index], 9 * Cost.unit))
      let gain = inverse * count / (total * (Self.cacheShare - 1))
      sum += BinaryPower.log2(65_536 + gain)
    }
    let each = sum / tokens - BinaryPower.lostByCache
    return BinaryPower.tenThousandths(log2: -each)
  }
}

/// Powers and logarithms in integers.
enum BinaryPower {
  /// −log2(1 − 1/10) in 2^-16.
  static let lostByCache = 9962

  /// 2^(i/256) in 2^-24, i from 0 to 255.
  private static let table: [Int] = (0..<256).map {
    Int((ExactReal.exp(Double($0) / 256 * 0.6931471805599453) * 16_777_216).rounded())
  }
  /// log2(1 + i/256) in 2^-16.
  private static let logs: [Int] = (0...256).map {
    Int((ExactReal.log(1 + Double($0) / 256) / 0.6931471805599453 * 65_536).rounded())
  }

  /// 2^(exponent/2^16) in 2^-16, between the table's values by a straight line; the exponent is 0 to
  /// 46·2^16.
  static func power(_ exponent: Int) -> Int {
    let whole = exponent >> 16
    let index = exponent >> 8 & 0xFF
    let next = index == 255 ? 2 << 24 : table[index + 1]
    let value = table[index] + (next - table[index]) * (exponent & 0xFF) / 256
    return whole >= 8 ? value << (whole - 8) : value >> (8 - whole)
  }

  /// 1/p in 2^-16 of a cost.
  static func inverse(cost: Int) -> Int { power(exponent(cost, over: 1)) }

  /// A cost in log2, 2^-16: log2(10)/2^2 = 0.830482…
  private static func exponent(_ cost: Int, over count: Int) -> Int {
    cost * 830_482_024 / (1_000_000_000 * count)
  }

  /// 10^(cost/count) in tenths.
  static func tenths(cost: Int, over count: Int) -> Int {
    // The sum of a very long text does not fit the product above.
    let mean = Int((cost * 64 + count / 2) / count)
    let exponent = mean * 830_482_024 / 64_000_000_000
    return min((power(min(exponent, 30 << 16)) * 10 + 32_768) >> 16, 10_000_000_000)
  }

  /// log2(value/2^16) in 2^-16, of values from 2^16 on.
  static func log2(_ value: Int) -> Int {
    let shift = value.bitWidth - 1 - value.leadingZeroBitCount - 16
    let mantissa = (value >> shift) - 65_536
    let index = mantissa >> 8
    let line = (logs[index + 1] - logs[index]) * (mantissa & 0xFF) / 256
    return (shift << 16) + logs[index] + line
  }

  /// 2^log2 in ten-thousandths.
  static func tenThousandths(log2: Int) -> Int {
    log2 >= 0 ? (power(log2) * 10_000) >> 16 : (power(log2 + (24 << 16)) * 10_000) >> 40
  }
}
