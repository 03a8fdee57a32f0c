internal import JSON

/// Reads `/model`.
enum ModelReader {
  /// The sign for a space at a word's beginning, U+2581.
  static let mark: [UInt8] = [0xE2, 0x96, 0x81]

  /// - Parameter onBytes: the model's pieces are bytes, for which the file has characters.
  static func read(_ part: Part, onBytes: Bool) throws(TokenizerProblem) -> Tokenizer.Model {
    let type = part.member("type").isAbsent ? try guess(part) : try part.type()
    switch type {
    case "BPE": return .bytePair(try bytePair(part, onBytes: onBytes))
    case "WordPiece":
      try refuseBytes(onBytes, part, type)
      return .wordPiece(try wordPiece(part))
    case "Unigram":
      try refuseBytes(onBytes, part, type)
      return .unigram(try unigram(part))
    case "WordLevel":
      try refuseBytes(onBytes, part, type)
      let vocabulary = try self.vocabulary(part.member("vocab"), onBytes: false)
      let unknown = vocabulary.id(of: try part.member("unk_token").bytes())
      return .wordLevel(WordLevelModel(vocabulary: vocabulary, unknown: unknown))
    default: throw part.unsupported(type)
    }
  }

  /// Older files leave the type out.
  private static func guess(_ part: Part) throws(TokenizerProblem) -> String {
    if !part.member("merges").isAbsent { return "BPE" }
    if !part.member("max_input_chars_per_word").isAbsent { return "WordPiece" }
    return part.member("vocab").value?.kind == .array ? "Unigram" : "WordLevel"
  }

  private static func refuseBytes(
    _ onBytes: Bool, _ part: Part, _ type: String
  ) throws(TokenizerProblem) {
    if onBytes { throw part.problem("ByteLevel before \(type) is not supported") }
  }

  private static let tokensMaximum = 4 << 20

  /// - Parameter onBytes: texts with characters that stand for no byte are left out: pieces never
  ///   have them.
  private static func vocabulary(
    _ part: Part, onBytes: Bool
  ) throws(TokenizerProblem) -> Vocabulary {
    guard let value = part.value, value.kind == .object else {
      throw part.problem("an object from texts to ids is expected")
    }
    var count = 0
    for _ in value.members { count += 1 }
    guard count > 0, count <= tokensMaximum else {
      throw part.problem("\(count) tokens; 1 to \(tokensMaximum) are expected")
    }
    var vocabulary = Vocabulary(expecting: count)
    for member in value.members {
      guard let text = try? member.key.utf8(), let id = member.value.integer,
        (0...Part.idMaximum).contains(id)
      else { throw part.problem("\(member.name): an id is expected") }
      if !onBytes {
        vocabulary.insert(text, id: UInt32(id))
      } else if let bytes = ByteCharacters.decode(text) {
        vocabulary.insert(bytes, id: UInt32(id))
      }
    }
    return vocabulary
  }

  // MARK: Byte pairs

  private static func bytePair(
    _ part: Part, onBytes: Bool
  ) throws(TokenizerProblem) -> BytePairModel {
    if !part.member("dropout").isAbsent {
      let dropout = part.member("dropout").value?.rawText ?? ""
      guard Double(dropout) == 0 else {
        throw part.member("dropout").problem("random tokens are not supported")
      }
    }
    let vocabulary = try self.vocabulary(part.member("vocab"), onBytes: onBytes)
    var rule = BytePairModel.ScalarRule()
    rule.prefix = try optionalBytes(part.member("continuing_subword_prefix"))
    rule.suffix = try optionalBytes(part.member("end_of_word_suffix"))
    if try part.member("byte_fallback").bool(or: false) { rule.fallback = fallback(vocabulary) }
    let unknownText = try optionalBytes(part.member("unk_token"))
    let merges = try self.merges(part.member("merges"), vocabulary, onBytes, rule.prefix)
    var symbols = BytePairModel.Symbols.scalars(rule)
    if onBytes {
      guard rule.prefix.isEmpty, rule.suffix.isEmpty, rule.fallback.isEmpty else {
        throw part.problem("ByteLevel with prefix, suffix or byte_fallback is not supported")
      }
      symbols = .bytes(
        (0..<256).map { vocabulary.id(of: [UInt8($0)]) ?? BytePairModel.missing })
    }
    return BytePairModel(
      vocabulary: vocabulary, merges: merges, symbols: symbols,
      unknown: try unknown(unknownText, part, onBytes, vocabulary),
      fusesUnknown: try part.member("fuse_unk").bool(or: false),
      takesWholePieces: try part.member("ignore_merges").bool(or: false))
  }

  private static func unknown(
    _ text: [UInt8], _ part: Part, _ onBytes: Bool, _ vocabulary: Vocabulary
  ) throws(TokenizerProblem) -> UInt32? {
    guard !text.isEmpty else { return nil }
    let key = onBytes ? ByteCharacters.decode(text) : text
    return key.flatMap { vocabulary.id(of: $0) }
  }

  private static func optionalBytes(_ part: Part) throws(TokenizerProblem) -> [UInt8] {
    part.isAbsent ? [] : try part.bytes()
  }

  /// Ids of `<0x00>` to `<0xFF>`.
  private static func fallback(_ vocabulary: Vocabulary) -> [UInt32] {
    (0..<256).map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      let name = "<0x\(digits.count == 1 ? "0" : "")\(digits)>"
      return vocabulary.id(of: Array(name.utf8)) ?? BytePairModel.missing
    }
  }

  private static func merges(
    _ part: Part, _ vocabulary: Vocabulary, _ onBytes: Bool, _ prefix: [UInt8]
  ) throws(TokenizerProblem) -> PairTable {
    guard let value = part.value, value.kind == .array else {
      throw part.problem("a list of pairs is expected")
    }
    var table = PairTable(expecting: vocabulary.count)
    var rank: UInt32 = 0
    for element in value.elements {
      guard let pair = pair(element),
        let left = onBytes ? ByteCharacters.decode(pair.0) : pair.0,
        let right = onBytes ? ByteCharacters.decode(pair.1) : pair.1
      else { throw part.problem("\(rank): a pair of texts is expected") }
      let rest = right.starts(with: prefix) ? right[prefix.count...] : right[...]
      guard let leftID = vocabulary.id(of: left), let rightID = vocabulary.id(of: right),
        let merged = vocabulary.id(of: left + rest)
      else { throw part.problem("\(rank): a token of this pair is not in the vocabulary") }
      table.insert(leftID, rightID, rank: rank, token: merged)
      rank += 1
    }
    return table
  }

  /// `"a b"` or `["a", "b"]`.
  private static func pair(_ value: JSONValue) -> ([UInt8], [UInt8])? {
    if value.kind == .array {
      let parts = value.elements.compactMap { try? $0.utf8() }
      return parts.count == 2 ? (parts[0], parts[1]) : nil
    }
    guard value.kind == .string, let text = try? value.utf8(),
      let space = text.firstIndex(of: 0x20), space > 0, space + 1 < text.count,
      !text[(space + 1)...].contains(0x20)
    else { return nil }
    return (Array(text[..<space]), Array(text[(space + 1)...]))
  }

  // MARK: WordPiece and Unigram

  private static func wordPiece(_ part: Part) throws(TokenizerProblem) -> WordPieceModel {
    let vocabulary = try self.vocabulary(part.member("vocab"), onBytes: false)
    guard let unknown = vocabulary.id(of: try part.member("unk_token").bytes()) else {
      throw part.member("unk_token").problem("it is not in the vocabulary")
    }
    let most = part.member("max_input_chars_per_word")
    let scalars = most.isAbsent ? 100 : try most.integer()
    guard (1...10_000).contains(scalars) else {
      throw most.problem("1 to 10,000 are expected")
    }
    var longest = 0
    vocabulary.visit { token, _ in longest = max(longest, token.count) }
    return WordPieceModel(
      vocabulary: vocabulary, prefix: try optionalBytes(part.member("continuing_subword_prefix")),
      unknown: unknown, scalarsMaximum: scalars, tokenBytesMaximum: longest)
  }

  private static func unigram(_ part: Part) throws(TokenizerProblem) -> UnigramModel {
    let list = part.member("vocab")
    guard let value = list.value, value.kind == .array else {
      throw list.problem("a list of [text, score] is expected")
    }
    var trie = ByteTrie(expecting: 1 << 16)
    var vocabulary = Vocabulary(expecting: 1 << 15)
    var scores: [Double] = []
    var least = Double.infinity
    for element in value.elements {
      var parts = element.elements
      guard element.kind == .array, let text = parts.next(), let number = parts.next(),
        text.kind == .string, let bytes = try? text.utf8(), number.kind == .number,
        let score = Double(number.rawText), score.isFinite, scores.count < tokensMaximum
      else { throw list.problem("\(scores.count): [text, score] is expected") }
      trie.insert(bytes, value: UInt32(scores.count))
      vocabulary.insert(bytes, id: UInt32(scores.count))
      scores.append(score)
      least = min(least, score)
    }
    guard !scores.isEmpty else { throw list.problem("it is empty") }
    var unknown: UInt32?
    if !part.member("unk_id").isAbsent {
      let id = try part.member("unk_id").id()
      guard id < UInt32(scores.count) else {
        throw part.member("unk_id").problem("it is not in the vocabulary")
      }
      unknown = id
    }
    let fallsBack = try part.member("byte_fallback").bool(or: false)
    guard unknown != nil || fallsBack else {
      throw part.member("unk_id").problem("a token for what is unknown is expected")
    }
    return UnigramModel(
      tokens: trie, scores: scores, unknown: unknown,
      unknownScore: least - UnigramModel.unknownPenalty,
      fallback: fallsBack ? fallback(vocabulary) : [])
  }
}
