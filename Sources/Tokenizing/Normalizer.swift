@_spi(_Unicode) import Swift

/// One step from a text as it came to the text that is cut into tokens.
indirect enum Normalizer: Sendable {
  case sequence([Normalizer])
  case nfc, nfd, nfkc, nfkd
  case lowercase
  case stripAccents
  case strip(left: Bool, right: Bool)
  case replace(TextPattern, with: [UInt8])
  case prepend([UInt8])
  case bert(BertRule)
  case charsmap(Charsmap)
  /// Bytes as the printable characters that stand for them.
  case byteCharacters

  struct BertRule: Sendable {
    var cleansText: Bool
    var spacesHan: Bool
    var stripsAccents: Bool
    var lowercases: Bool
  }

  /// Whether a text of ASCII alone comes out as it went in.
  var keepsASCII: Bool {
    switch self {
    case .sequence(let steps): steps.allSatisfy(\.keepsASCII)
    case .nfc, .nfd, .nfkc, .nfkd, .stripAccents: true
    default: false
    }
  }

  /// The normalized text.
  ///
  /// - Complexity: O(n) in bytes.
  func apply(_ text: [UInt8]) -> [UInt8] {
    switch self {
    case .sequence(let steps): return steps.reduce(text) { $1.apply($0) }
    case .nfc: return Self.isASCII(text) ? text : Self.composed(text)
    case .nfd: return Self.isASCII(text) ? text : Self.decomposed(text)
    case .nfkc:
      return Self.isASCII(text) ? text : Self.composed(Compatibility.shared.decompose(text))
    case .nfkd:
      return Self.isASCII(text) ? text : Self.decomposed(Compatibility.shared.decompose(text))
    case .lowercase: return Self.lowercased(text)
    case .stripAccents: return Self.without(.mark, text)
    case .strip(let left, let right): return Self.stripped(text, left, right)
    case .replace(let pattern, let content): return pattern.replacing(in: text, with: content)
    case .prepend(let prefix): return text.isEmpty ? text : prefix + text
    case .bert(let rule): return Self.bert(text, rule)
    case .charsmap(let map): return map.apply(text)
    case .byteCharacters: return ByteCharacters.encode(text)
    }
  }

  private static func isASCII(_ text: [UInt8]) -> Bool {
    var all: UInt8 = 0
    for byte in text { all |= byte }
    return all < 0x80
  }

  private static func bytes(_ scalars: some Sequence<Unicode.Scalar>) -> [UInt8] {
    var bytes: [UInt8] = []
    for scalar in scalars { Scalars.append(scalar.value, to: &bytes) }
    return bytes
  }

  private static func composed(_ text: [UInt8]) -> [UInt8] {
    bytes(String(decoding: text, as: UTF8.self)._nfc)
  }

  private static func decomposed(_ text: [UInt8]) -> [UInt8] {
    bytes(String(decoding: text, as: UTF8.self)._nfd)
  }

  /// Each scalar's own lower case, whatever stands beside it.
  private static func lowercased(_ text: [UInt8]) -> [UInt8] {
    rewritten(text) { scalar, output in
      if scalar < 0x80 {
        let isUpper = scalar >= 0x41 && scalar <= 0x5A
        output.append(UInt8(isUpper ? scalar | 0x20 : scalar))
      } else if let known = Unicode.Scalar(scalar) {
        for lower in known.properties.lowercaseMapping.unicodeScalars {
          Scalars.append(lower.value, to: &output)
        }
      }
    }
  }

  private static func without(_ set: CategorySet, _ text: [UInt8]) -> [UInt8] {
    rewritten(text) { scalar, output in
      if CategoryTable.shared.category(of: scalar).isDisjoint(with: set) {
        Scalars.append(scalar, to: &output)
      }
    }
  }

  /// Calls `body` for each scalar, which appends what comes instead.
  static func rewritten(
    _ text: [UInt8], _ body: (UInt32, inout [UInt8]) -> Void
  ) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      let (scalar, size) = Scalars.decode(text.span, index, text.count)
      body(scalar, &output)
      index += size
    }
    return output
  }

  private static func stripped(_ text: [UInt8], _ left: Bool, _ right: Bool) -> [UInt8] {
    var (start, end) = (0, text.count)
    if left { start = TextPattern.afterSpace(text.span, start, end) }
    if right { end = TextPattern.beforeSpace(text.span, start, end) }
    return Array(text[start..<max(start, end)])
  }

  // MARK: BERT

  private static func bert(_ text: [UInt8], _ rule: BertRule) -> [UInt8] {
    var result = rewritten(text) { scalar, output in
      let isLine = scalar == 9 || scalar == 10 || scalar == 13
      let category = CategoryTable.shared.category(of: scalar)
      if rule.cleansText {
        if isLine || !category.isDisjoint(with: .space), scalar != 0x0B, scalar != 0x0C,
          scalar != 0x85
        {
          return output.append(0x20)
        }
        let isControl = !category.isDisjoint(with: bertControls)
        if scalar == 0 || scalar == 0xFFFD || isControl { return }
      }
      if rule.spacesHan, isBertHan(scalar) {
        output.append(0x20)
        Scalars.append(scalar, to: &output)
        output.append(0x20)
      } else {
        Scalars.append(scalar, to: &output)
      }
    }
    if rule.stripsAccents, !isASCII(result) {
      result = without(.named("Mn"), decomposed(result))
    }
    return rule.lowercases ? lowercased(result) : result
  }

  private static let bertControls = CategorySet.named("Cc").union(.named("Cf"))
    .union(.named("Co")).union(.named("Cs")).union(.whiteControl)

  /// What BERT takes for Chinese: blocks, as its program has them.
  private static func isBertHan(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F,
      0x2B740...0x2B81F, 0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }
}

/// Compatibility decompositions, expanded from `CompatibilityRuns` at first use.
struct Compatibility: Sendable {
  static let shared = Compatibility()
  private var mappings: [UInt32: [UInt32]] = [:]

  private init() {
    for item in Self.items(CompatibilityRuns.singles) {
      let (range, target) = (Self.numbers(item.0, "-"), Self.numbers(item.1, "+")[0])
      for (offset, scalar) in (range[0]...(range.last ?? range[0])).enumerated() {
        mappings[scalar] = [target + UInt32(offset)]
      }
    }
    for item in Self.items(CompatibilityRuns.sequences) {
      mappings[Self.numbers(item.0, "-")[0]] = Self.numbers(item.1, "+")
    }
  }

  private static func items(_ list: StaticString) -> [(Substring, Substring)] {
    list.description.split(separator: " ").map { item in
      let parts = item.split(separator: "=")
      return (parts[0], parts[1])
    }
  }

  private static func numbers(_ text: Substring, _ separator: Character) -> [UInt32] {
    text.split(separator: separator).compactMap { UInt32($0, radix: 16) }
  }

  func decompose(_ text: [UInt8]) -> [UInt8] {
    Normalizer.rewritten(text) { scalar, output in
      guard scalar >= 0x80, let mapped = mappings[scalar] else {
        return Scalars.append(scalar, to: &output)
      }
      for scalar in mapped { Scalars.append(scalar, to: &output) }
    }
  }
}

/// Bytes as printable characters, as GPT-2 writes them in its vocabulary: ASCII and Latin-1 signs
/// stand for themselves, the others are moved up to U+0100 and after.
enum ByteCharacters {
  /// By byte, the character.
  static let scalars: [UInt32] = {
    var next: UInt32 = 0x100
    return (UInt32(0)..<256).map { byte in
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return byte
      default:
        defer { next += 1 }
        return next
      }
    }
  }()

  /// The byte that a character stands for.
  private static let bytes: [UInt32: UInt8] = {
    var bytes: [UInt32: UInt8] = [:]
    for (byte, scalar) in scalars.enumerated() { bytes[scalar] = UInt8(byte) }
    return bytes
  }()

  static func encode(_ text: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(text.count * 2)
    for byte in text { Scalars.append(scalars[Int(byte)], to: &output) }
    return output
  }

  /// The bytes behind a vocabulary's text; nil if it has a character that stands for none.
  static func decode(_ text: [UInt8]) -> [UInt8]? {
    var output: [UInt8] = []
    output.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      let (scalar, size) = Scalars.decode(text.span, index, text.count)
      guard let byte = scalar < 0x21 ? nil : bytes[scalar] else { return nil }
      output.append(byte)
      index += size
    }
    return output
  }
}
