/// Reads tiktoken files: a line a token, its bytes in base64 and its rank.
///
/// Such a file says nothing about how texts are split, so only vocabularies that are known are
/// taken, by their content; any other is refused, and its `tokenizer.json` or a `tekken.json`, which
/// say it, will do.
enum TiktokenFile {
  /// A vocabulary that is known.
  struct Known {
    let name: String
    /// Tokens, and the sum of their texts in rank order.
    let count: Int
    let sum: UInt64
    let split: KnownSplit
    var normalizer: Normalizer?
  }

  static func read(_ bytes: [UInt8]) throws(TokenizerProblem) -> Tokenizer {
    let ranks = try ranks(bytes)
    let sum = Self.sum(ranks)
    guard let known = known.first(where: { $0.count == ranks.count && $0.sum == sum }) else {
      let names = Self.known.map(\.name).joined(separator: ", ")
      throw TokenizerProblem(
        "\(ranks.count) ranks of no known vocabulary (sum \(String(sum, radix: 16))), so that it is "
          + "not known how texts are split; known are \(names); its tokenizer.json will do")
    }
    return tokenizer(ranks, .known(known.split), normalizer: known.normalizer)
  }

  /// - Precondition: every single byte is a token.
  static func tokenizer(
    _ ranks: [(token: [UInt8], rank: UInt32)], _ pattern: TextPattern, normalizer: Normalizer?
  ) -> Tokenizer {
    var vocabulary = Vocabulary(expecting: ranks.count)
    for (token, rank) in ranks { vocabulary.insert(token, id: rank) }
    var symbols = [UInt32](repeating: BytePairModel.missing, count: 256)
    for byte in 0..<256 {
      symbols[byte] = vocabulary.id(of: [UInt8(byte)]) ?? BytePairModel.missing
    }
    let model = BytePairModel(
      vocabulary: vocabulary, merges: merges(ranks, vocabulary), symbols: .bytes(symbols),
      unknown: nil, fusesUnknown: false, takesWholePieces: true)
    return Tokenizer(
      model: .bytePair(model), normalizer: normalizer,
      steps: [.split(pattern, .isolated, isInverted: false)], addedBefore: AddedTokens(),
      addedAfter: AddedTokens())
  }

  /// A pair of tokens merges where the two make a token, and its rank is when.
  private static func merges(
    _ ranks: [(token: [UInt8], rank: UInt32)], _ vocabulary: Vocabulary
  ) -> PairTable {
    var merges = PairTable(expecting: ranks.count * 3)
    for (token, rank) in ranks where token.count > 1 {
      for cut in 1..<token.count {
        if let left = vocabulary.id(of: token.span, 0, cut),
          let right = vocabulary.id(of: token.span, cut, token.count)
        {
          merges.insert(left, right, rank: rank, token: rank)
        }
      }
    }
    return merges
  }

  // MARK: Lines

  private static let tokenBytesMaximum = 4_096

  private static func ranks(
    _ bytes: [UInt8]
  ) throws(TokenizerProblem) -> [(token: [UInt8], rank: UInt32)] {
    var ranks: [(token: [UInt8], rank: UInt32)] = []
    var number = 0
    var start = 0
    while start < bytes.count {
      number += 1
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      var line = bytes[start..<end]
      if line.last == 0x0D { line.removeLast() }
      start = end + 1
      if line.isEmpty { continue }
      // An empty token, as Whisper's file has one, is never met.
      if line.starts(with: [UInt8(ascii: "="), 0x20]) { continue }
      guard let space = line.firstIndex(of: 0x20), let token = Base64.decode(line[..<space]),
        !token.isEmpty, token.count <= tokenBytesMaximum,
        let rank = UInt32(String(decoding: line[(space + 1)...], as: UTF8.self)),
        rank <= UInt32(Int32.max)
      else {
        throw TokenizerProblem(
          "line \(number): a token in base64, a space and its rank are expected")
      }
      ranks.append((token, rank))
    }
    try check(&ranks)
    return ranks
  }

  /// Sorts by rank, and checks that the ranks are those of a whole vocabulary.
  static func check(
    _ ranks: inout [(token: [UInt8], rank: UInt32)]
  ) throws(TokenizerProblem) {
    ranks.sort { $0.rank < $1.rank }
    for index in ranks.indices.dropFirst() where ranks[index].rank == ranks[index - 1].rank {
      throw TokenizerProblem("rank \(ranks[index].rank) is there twice")
    }
    let singles = Set(ranks.lazy.filter { $0.token.count == 1 }.map { $0.token[0] })
    guard singles.count == 256 else {
      throw TokenizerProblem(
        "only \(singles.count) of the 256 single bytes are tokens; is the file whole?")
    }
  }

  private static func sum(_ ranks: [(token: [UInt8], rank: UInt32)]) -> UInt64 {
    ranks.reduce(0) { sum, entry in
      ByteHash.mix(
        sum ^ ByteHash.of(entry.token.span, 0, entry.token.count),
        0x9E37_79B9_7F4A_7C15 ^ UInt64(entry.rank))
    }
  }
}

/// Base64 with padding (RFC 4648).
enum Base64 {
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 0xFF, count: 256)
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for (value, byte) in alphabet.utf8.enumerated() { values[Int(byte)] = UInt8(value) }
    return values
  }()

  /// Nil for what is no base64.
  static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    guard text.count % 4 == 0 else { return nil }
    var body = text
    while body.last == UInt8(ascii: "="), text.count - body.count < 2 { body.removeLast() }
    var output: [UInt8] = []
    output.reserveCapacity(text.count / 4 * 3)
    var bits: UInt32 = 0
    var count = 0
    for byte in body {
      let value = values[Int(byte)]
      guard value != 0xFF else { return nil }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        output.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return output
  }
}
