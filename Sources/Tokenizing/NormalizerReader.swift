/// Reads `/normalizer`.
enum NormalizerReader {
  static func read(_ part: Part) throws(TokenizerProblem) -> Normalizer? {
    guard !part.isAbsent else { return nil }
    let normalizer = try step(part)
    if case .sequence(let steps) = normalizer, steps.isEmpty { return nil }
    return normalizer
  }

  private static func step(_ part: Part) throws(TokenizerProblem) -> Normalizer {
    let type = try part.type()
    switch type {
    case "Sequence":
      var steps: [Normalizer] = []
      for inner in try part.member("normalizers").elements() { steps.append(try step(inner)) }
      return .sequence(steps)
    case "NFC": return .nfc
    case "NFD": return .nfd
    case "NFKC": return .nfkc
    case "NFKD": return .nfkd
    case "Lowercase": return .lowercase
    case "StripAccents": return .stripAccents
    case "Strip":
      return .strip(
        left: try part.member("strip_left").bool(or: true),
        right: try part.member("strip_right").bool(or: true))
    case "Replace":
      return .replace(
        try part.member("pattern").pattern(), with: try part.member("content").bytes())
    case "Prepend": return .prepend(try part.member("prepend").bytes())
    case "BertNormalizer": return .bert(try bert(part))
    case "Precompiled":
      let place = part.member("precompiled_charsmap")
      guard let bytes = Base64.decode(try place.bytes()[...]) else {
        throw place.problem("base64 is expected")
      }
      do throws(TokenizerProblem) {
        return .charsmap(try Charsmap(bytes))
      } catch {
        throw place.problem(error.description)
      }
    case "ByteLevel": return .byteCharacters
    default: throw part.unsupported(type)
    }
  }

  private static func bert(_ part: Part) throws(TokenizerProblem) -> Normalizer.BertRule {
    let lowercases = try part.member("lowercase").bool(or: true)
    return Normalizer.BertRule(
      cleansText: try part.member("clean_text").bool(or: true),
      spacesHan: try part.member("handle_chinese_chars").bool(or: true),
      stripsAccents: try part.member("strip_accents").bool(or: lowercases),
      lowercases: lowercases)
  }
}

/// Reads `/pre_tokenizer`.
enum PreTokenizerReader {
  static func read(_ part: Part) throws(TokenizerProblem) -> [PreTokenizer] {
    guard !part.isAbsent else { return [] }
    let type = try part.type()
    switch type {
    case "Sequence":
      var steps: [PreTokenizer] = []
      for inner in try part.member("pretokenizers").elements() { steps += try read(inner) }
      return steps
    case "ByteLevel":
      let addsSpace = try part.member("add_prefix_space").bool(or: true)
      guard try part.member("use_regex").bool(or: true) else {
        return [.byteLevel(addsSpace: addsSpace, mapsBytes: true)]
      }
      let split = PreTokenizer.split(.known(.gpt2), .isolated, isInverted: false)
      return (addsSpace ? [.byteLevel(addsSpace: true, mapsBytes: false)] : [])
        + [split, .byteLevel(addsSpace: false, mapsBytes: true)]
    case "Split":
      let behavior = part.member("behavior")
      guard let known = SplitBehavior(rawValue: try behavior.text()) else {
        throw behavior.unsupported(try behavior.text())
      }
      return [
        .split(
          try part.member("pattern").pattern(), known,
          isInverted: try part.member("invert").bool(or: false))
      ]
    case "Metaspace": return [.metaspace(try metaspace(part))]
    case "BertPreTokenizer":
      return [
        .split(.categories(.space), .removed, isInverted: false),
        .split(.punctuation, .isolated, isInverted: false),
      ]
    case "Whitespace": return [.split(.words, .removed, isInverted: true)]
    case "WhitespaceSplit": return [.split(.categories(.space), .removed, isInverted: false)]
    case "Digits":
      let isSingle = try part.member("individual_digits").bool(or: false)
      return [
        .split(.categories(.number), isSingle ? .isolated : .contiguous, isInverted: false)
      ]
    case "Punctuation":
      let behavior = part.member("behavior")
      let name = behavior.isAbsent ? "Isolated" : try behavior.text()
      guard let known = SplitBehavior(rawValue: name) else { throw behavior.unsupported(name) }
      return [.split(.punctuation, known, isInverted: false)]
    case "CharDelimiterSplit":
      return [.split(.text(try part.member("delimiter").bytes()), .removed, isInverted: false)]
    default: throw part.unsupported(type)
    }
  }

  private static func metaspace(_ part: Part) throws(TokenizerProblem) -> MetaspaceRule {
    let mark = try part.member("replacement").bytes()
    guard !mark.isEmpty else { throw part.member("replacement").problem("it is empty") }
    let scheme = part.member("prepend_scheme")
    let name: String
    if scheme.isAbsent {
      // As older files have it.
      name = try part.member("add_prefix_space").bool(or: true) ? "always" : "never"
    } else {
      name = try scheme.text()
    }
    guard let known = MetaspaceRule.Scheme(rawValue: name) else { throw scheme.unsupported(name) }
    return MetaspaceRule(
      mark: mark, scheme: known, splits: try part.member("split").bool(or: true))
  }
}
