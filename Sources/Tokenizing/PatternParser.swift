/// What an expression is made of. What tokenizers use is understood; the rest is refused by name.
indirect enum PatternNode: Sendable {
  case empty
  case set(ScalarSet)
  case sequence([PatternNode])
  case choice([PatternNode])
  case repetition(PatternNode, ClosedRange<Int>, RepetitionMode)
  /// Looks ahead without taking anything.
  case ahead(PatternNode, isNegative: Bool)
  case atEnd, atStart
  /// Once matched, never tried otherwise.
  case atomic(PatternNode)

  enum RepetitionMode: Sendable { case greedy, lazy, possessive }

  var canBeEmpty: Bool {
    switch self {
    case .empty, .ahead, .atEnd, .atStart: true
    case .set: false
    case .sequence(let parts): parts.allSatisfy(\.canBeEmpty)
    case .choice(let parts): parts.contains(where: \.canBeEmpty)
    case .repetition(let body, let range, _): range.lowerBound == 0 || body.canBeEmpty
    case .atomic(let body): body.canBeEmpty
    }
  }
}

/// A set of scalars: categories and ranges, or all others.
struct ScalarSet: Sendable {
  var categories = CategorySet()
  var ranges: [ClosedRange<UInt32>] = []
  var includesWords = false
  /// Sets that belong to this one, each perhaps inverted.
  var parts: [ScalarSet] = []
  var isInverted = false

  func contains(_ scalar: UInt32) -> Bool {
    let isIn =
      ranges.contains { $0.contains(scalar) }
      || !CategoryTable.shared.category(of: scalar).isDisjoint(with: categories)
      || (includesWords && WordCharacters.contains(scalar))
      || parts.contains { $0.contains(scalar) }
    return isIn != isInverted
  }

  mutating func insert(_ scalar: UInt32, ignoringCase: Bool) {
    ranges.append(scalar...scalar)
    guard ignoringCase, let known = Unicode.Scalar(scalar) else { return }
    for text in [known.properties.lowercaseMapping, known.properties.uppercaseMapping] {
      let others = Array(text.unicodeScalars)
      if others.count == 1 { ranges.append(others[0].value...others[0].value) }
    }
    if scalar | 0x20 == 0x73 { ranges.append(0x17F...0x17F) }  // The long s.
    if scalar | 0x20 == 0x6B { ranges.append(0x212A...0x212A) }  // The Kelvin sign.
  }
}

/// Reads an expression.
struct PatternParser {
  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var ignoresCase = false
  private var depth = 0

  private static let depthMaximum = 32
  private static let repetitionMaximum = 1_000

  private init(_ text: String) { scalars = Array(text.unicodeScalars) }

  static func parse(_ text: String) throws(TokenizerProblem) -> PatternNode {
    var parser = PatternParser(text)
    let node = try parser.choice()
    guard parser.index == parser.scalars.count else { throw parser.refused(")") }
    return node
  }

  private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private mutating func take(_ text: String) -> Bool {
    let wanted = Array(text.unicodeScalars)
    guard index + wanted.count <= scalars.count,
      scalars[index..<(index + wanted.count)].elementsEqual(wanted)
    else { return false }
    index += wanted.count
    return true
  }

  private func refused(_ what: String) -> TokenizerProblem {
    TokenizerProblem("the expression's \"\(what)\" at \(index) is not supported")
  }

  private mutating func choice() throws(TokenizerProblem) -> PatternNode {
    depth += 1
    guard depth <= Self.depthMaximum else {
      throw TokenizerProblem("the expression has more than \(Self.depthMaximum) levels")
    }
    defer { depth -= 1 }
    var choices = [try sequence()]
    while take("|") { choices.append(try sequence()) }
    return choices.count == 1 ? choices[0] : .choice(choices)
  }

  private mutating func sequence() throws(TokenizerProblem) -> PatternNode {
    var parts: [PatternNode] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      parts.append(try repeated(try atom()))
    }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func repeated(_ atom: PatternNode) throws(TokenizerProblem) -> PatternNode {
    var node = atom
    while let scalar = next {
      let range: ClosedRange<Int>
      switch scalar {
      case "?": range = 0...1
      case "*": range = 0...Int.max
      case "+": range = 1...Int.max
      case "{":
        guard let counted = try counts() else { return node }
        range = counted
        index -= 1
      default: return node
      }
      index += 1
      let mode: PatternNode.RepetitionMode =
        take("+") ? .possessive : take("?") ? .lazy : .greedy
      guard range.upperBound < Int.max || !node.canBeEmpty else {
        throw TokenizerProblem("the expression repeats what can be empty, at \(index)")
      }
      node = .repetition(node, range, mode)
    }
    return node
  }

  /// `{3}`, `{1,3}`, `{2,}`; nil, with nothing taken, where a brace stands for itself.
  private mutating func counts() throws(TokenizerProblem) -> ClosedRange<Int>? {
    guard let close = scalars[index...].firstIndex(of: "}") else { return nil }
    let text = String(String.UnicodeScalarView(scalars[(index + 1)..<close]))
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count <= 2, let low = Int(parts[0]) else { return nil }
    let high = parts.count == 1 ? low : parts[1].isEmpty ? Int.max : Int(parts[1])
    guard let high, low >= 0, low <= high, low <= Self.repetitionMaximum,
      high == Int.max || high <= Self.repetitionMaximum
    else { throw refused("{\(text)}") }
    index = close + 1
    return low...high
  }

  private mutating func atom() throws(TokenizerProblem) -> PatternNode {
    if take("(") { return try group() }
    if take("[") { return .set(try characterClass()) }
    if take("^") { return .atStart }
    if take("$") { return .atEnd }
    if take(".") {
      return .set(ScalarSet(ranges: [0x0A...0x0A], isInverted: true))
    }
    if take("\\") {
      if take("z") || take("Z") { return .atEnd }
      if take("A") { return .atStart }
      return .set(try escape())
    }
    guard let scalar = next, !"?*+".unicodeScalars.contains(scalar) else { throw refused("?*+") }
    index += 1
    var set = ScalarSet()
    set.insert(scalar.value, ignoringCase: ignoresCase)
    return .set(set)
  }

  private mutating func group() throws(TokenizerProblem) -> PatternNode {
    let outer = ignoresCase
    defer { ignoresCase = outer }
    var wrap: (PatternNode) -> PatternNode = { $0 }
    if take("?") {
      if take("i:") {
        ignoresCase = true
      } else if take("=") {
        wrap = { .ahead($0, isNegative: false) }
      } else if take("!") {
        wrap = { .ahead($0, isNegative: true) }
      } else if take(">") {
        wrap = { .atomic($0) }
      } else if !take(":") {
        throw refused("(?\(next.map(String.init) ?? "")")
      }
    }
    let body = try choice()
    guard take(")") else { throw TokenizerProblem("the expression's group has no end") }
    return wrap(body)
  }

  private mutating func characterClass() throws(TokenizerProblem) -> ScalarSet {
    var set = ScalarSet()
    set.isInverted = take("^")
    var isFirst = true
    while true {
      guard let scalar = next else {
        throw TokenizerProblem("the expression's class has no end")
      }
      if scalar == "]", !isFirst { break }
      isFirst = false
      index += 1
      if scalar == "[" { throw refused("[[") }
      if scalar == "&", next == "&" { throw refused("&&") }
      var low = scalar.value
      if scalar == "\\" {
        let escaped = try escape()
        guard escaped.parts.isEmpty, !escaped.includesWords, !escaped.isInverted,
          escaped.categories.isEmpty, escaped.ranges.count == 1
        else {
          set.parts.append(escaped)
          continue
        }
        low = escaped.ranges[0].lowerBound
      }
      guard next == "-", index + 1 < scalars.count, scalars[index + 1] != "]" else {
        set.insert(low, ignoringCase: ignoresCase)
        continue
      }
      index += 1
      var high = scalars[index].value
      index += 1
      if high == 0x5C { high = try escape().ranges.first?.lowerBound ?? 0 }
      guard low <= high else { throw refused("range") }
      set.ranges.append(low...high)
      if ignoresCase, high - low <= 0x200 {
        for value in low...high { set.insert(value, ignoringCase: true) }
      }
    }
    index += 1
    return set
  }

  /// What follows a backslash.
  private mutating func escape() throws(TokenizerProblem) -> ScalarSet {
    guard let scalar = next else { throw refused("\\") }
    index += 1
    func single(_ value: UInt32) -> ScalarSet { ScalarSet(ranges: [value...value]) }
    switch scalar {
    case "n": return single(10)
    case "r": return single(13)
    case "t": return single(9)
    case "f": return single(12)
    case "v": return single(11)
    case "s": return ScalarSet(categories: .space)
    case "S": return ScalarSet(categories: .space, isInverted: true)
    case "d": return ScalarSet(categories: .decimal)
    case "D": return ScalarSet(categories: .decimal, isInverted: true)
    case "w": return ScalarSet(includesWords: true)
    case "W": return ScalarSet(includesWords: true, isInverted: true)
    case "p", "P": return try property(isInverted: scalar == "P")
    case "u", "x": return single(try code(digits: scalar == "u" ? 4 : 2))
    default:
      guard !scalar.properties.isAlphabetic, !scalar.properties.numericType.isSome else {
        index -= 1
        throw refused("\\\(scalar)")
      }
      return single(scalar.value)
    }
  }

  private mutating func property(isInverted: Bool) throws(TokenizerProblem) -> ScalarSet {
    var name = ""
    if take("{") {
      while let scalar = next, scalar != "}" {
        name.unicodeScalars.append(scalar)
        index += 1
      }
      guard take("}") else { throw refused("\\p{") }
    } else if let scalar = next {
      name = String(scalar)
      index += 1
    }
    if name == "Han" { return ScalarSet(ranges: Self.han, isInverted: isInverted) }
    let set = CategorySet.named(name)
    guard !set.isEmpty else { throw refused("\\p{\(name)}") }
    return ScalarSet(categories: set, isInverted: isInverted)
  }

  /// Script Han of Unicode 17.
  private static let han: [ClosedRange<UInt32>] = [
    0x2E80...0x2E99, 0x2E9B...0x2EF3, 0x2F00...0x2FD5, 0x3005...0x3005, 0x3007...0x3007,
    0x3021...0x3029, 0x3038...0x303B, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFA6D,
    0xFA70...0xFAD9, 0x16FE2...0x16FE3, 0x16FF0...0x16FF6, 0x20000...0x2A6DF,
    0x2A700...0x2B81D, 0x2B820...0x2CEAD, 0x2CEB0...0x2EBE0, 0x2EBF0...0x2EE5D,
    0x2F800...0x2FA1D, 0x30000...0x3134A, 0x31350...0x33479,
  ]

  private mutating func code(digits: Int) throws(TokenizerProblem) -> UInt32 {
    var text = ""
    if take("{") {
      while let scalar = next, scalar != "}" {
        text.unicodeScalars.append(scalar)
        index += 1
      }
      guard take("}") else { throw refused("{") }
    } else {
      for _ in 0..<digits {
        guard let scalar = next else { throw refused("\\u") }
        text.unicodeScalars.append(scalar)
        index += 1
      }
    }
    guard let value = UInt32(text, radix: 16), value <= 0x10FFFF else { throw refused(text) }
    return value
  }
}

extension Unicode.NumericType? {
  fileprivate var isSome: Bool { self != nil }
}
