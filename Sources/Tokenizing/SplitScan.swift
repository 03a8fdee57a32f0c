/// Looks at a text for `KnownSplit`. Offsets are bytes; every method is given the start of a scalar
/// before `end`.
struct SplitScan {
  private let end: Int
  private let table = CategoryTable.shared
  private let ascii = AsciiCategories.shared

  init(end: Int) { self.end = end }

  /// The category at an offset and the offset after it; an empty set at the end.
  @inline(__always)
  private func look(_ text: Span<UInt8>, _ index: Int) -> (set: CategorySet, next: Int) {
    guard index < end else { return (CategorySet(), index) }
    let byte = text[index]
    if byte < 0x80 { return (ascii[byte], index + 1) }
    let (scalar, size) = Scalars.decode(text, index, end)
    return (table.category(of: scalar), index + size)
  }

  func after(_ text: Span<UInt8>, _ index: Int) -> Int { look(text, index).next }

  /// The end of the longest run of these categories, at most `most` scalars of it.
  @inline(__always)
  private func run(_ text: Span<UInt8>, _ index: Int, of set: CategorySet, most: Int = .max) -> Int
  {
    var index = index
    var left = most
    while left > 0 {
      let (found, next) = look(text, index)
      if found.isDisjoint(with: set) { return index }
      index = next
      left -= 1
    }
    return index
  }

  @inline(__always)
  private func isLineEnd(_ text: Span<UInt8>, _ index: Int) -> Bool {
    index < end && (text[index] == 0x0A || text[index] == 0x0D)
  }

  private func byte(_ text: Span<UInt8>, _ index: Int) -> UInt8 { index < end ? text[index] : 0 }

  // MARK: The expressions

  private static let lettersAndNumbers = CategorySet.letter.union(.number)
  private static let other = CategorySet.all
    .subtracting(lettersAndNumbers).subtracting(.space)

  func gpt2(_ text: Span<UInt8>, _ index: Int) -> Int {
    if text[index] == UInt8(ascii: "'"), let end = contraction(text, index, ignoringCase: false) {
      return end
    }
    let (first, next) = look(text, index)
    // One space goes with what follows, unless that is white space.
    let start = text[index] == 0x20 ? next : index
    let set = start == index ? first : look(text, start).set
    for kind in [CategorySet.letter, .number, Self.other] where !set.isDisjoint(with: kind) {
      return run(text, start, of: kind)
    }
    return white(text, index, splitsLines: false, keepsEndTogether: false)
  }

  func words(_ text: Span<UInt8>, _ index: Int, _ rule: KnownSplit.WordRule) -> Int {
    if text[index] == UInt8(ascii: "'"), let end = contraction(text, index, ignoringCase: true) {
      return end
    }
    let letters = rule.takesMarks ? CategorySet.letter.union(.mark) : .letter
    let (first, next) = look(text, index)
    if !first.isDisjoint(with: letters) {
      return run(text, next, of: letters)
    }
    if !first.isDisjoint(with: .number) {
      return run(text, next, of: .number, most: rule.digits - 1)
    }
    let (second, afterSecond) = look(text, next)
    if !isLineEnd(text, index), !second.isDisjoint(with: letters) {
      return run(text, afterSecond, of: letters)
    }
    let other = Self.other.subtracting(letters)
    if let end = marks(text, index, first, second, next, other: other, hasSlash: false) {
      return end
    }
    return white(text, index, splitsLines: true, keepsEndTogether: rule.keepsEndTogether)
  }

  private static let upperLike = CategorySet.letter.subtracting(.lower).union(.mark)
  private static let lowerLike = CategorySet.letter.subtracting([.upper, .title]).union(.mark)

  func cased(_ text: Span<UInt8>, _ index: Int, _ digits: Int, _ hasContractions: Bool) -> Int {
    let (first, next) = look(text, index)
    if let wordEnd = casedWord(text, index, first, next) {
      if hasContractions, byte(text, wordEnd) == UInt8(ascii: "'") {
        return contraction(text, wordEnd, ignoringCase: true) ?? wordEnd
      }
      return wordEnd
    }
    if !first.isDisjoint(with: .number) { return run(text, next, of: .number, most: digits - 1) }
    if let end = marks(
      text, index, first, look(text, next).set, next, other: Self.other, hasSlash: true)
    {
      return end
    }
    return white(text, index, splitsLines: true, keepsEndTogether: false)
  }

  private func casedWord(_ text: Span<UInt8>, _ index: Int, _ first: CategorySet, _ next: Int)
    -> Int?
  {
    let canPrefix = first.isDisjoint(with: Self.lettersAndNumbers) && !isLineEnd(text, index)
    if canPrefix, let end = endingLower(text, next) { return end }
    if let end = endingLower(text, index) { return end }
    for start in canPrefix ? [next, index] : [index] {
      let upperEnd = run(text, start, of: Self.upperLike)
      if upperEnd > start { return run(text, upperEnd, of: Self.lowerLike) }
    }
    return nil
  }

  /// `[upperLike]*[lowerLike]+`: the upper run may give back scalars that are in both.
  private func endingLower(_ text: Span<UInt8>, _ start: Int) -> Int? {
    var index = start
    var lastCommon: Int?
    while true {
      let (set, next) = look(text, index)
      if set.isDisjoint(with: Self.upperLike) { break }
      if !set.isDisjoint(with: Self.lowerLike) { lastCommon = next }
      index = next
    }
    let end = run(text, index, of: Self.lowerLike)
    return end > index ? end : lastCommon
  }

  func deepseek(_ text: Span<UInt8>, _ index: Int) -> Int? {
    let byte = text[index]
    let isMark = byte > 0x20 && byte < 0x7F && !AsciiCategories.isAlphanumeric(byte)
    if isMark, index + 1 < end, AsciiCategories.isLetter(text[index + 1]) {
      var index = index + 1
      while index < end, AsciiCategories.isLetter(text[index]) { index += 1 }
      return index
    }
    let letters = CategorySet.letter.union(.mark)
    let signs = CategorySet.punctuation.union(.symbol)
    let (first, next) = look(text, index)
    let (second, afterSecond) = look(text, next)
    let canPrefix = first.isDisjoint(with: signs.union(.letter)) && !isLineEnd(text, index)
    if canPrefix, !second.isDisjoint(with: letters) { return run(text, afterSecond, of: letters) }
    if !first.isDisjoint(with: letters) { return run(text, next, of: letters) }
    if let end = marks(text, index, first, second, next, other: signs, hasSlash: false) {
      return end
    }
    guard !first.isDisjoint(with: .space) else { return nil }
    return white(text, index, splitsLines: true, keepsEndTogether: false)
  }

  // MARK: Parts

  /// ` ?[other]+[\r\n]*`, with a slash among the line ends where `hasSlash`.
  @inline(__always)
  private func marks(
    _ text: Span<UInt8>, _ index: Int, _ first: CategorySet, _ second: CategorySet, _ next: Int,
    other: CategorySet,
    hasSlash: Bool
  ) -> Int? {
    var index = index
    if !first.isDisjoint(with: other) {
      index = run(text, next, of: other)
    } else if text[index] == 0x20, !second.isDisjoint(with: other) {
      index = run(text, next, of: other)
    } else {
      return nil
    }
    while isLineEnd(text, index) || (hasSlash && byte(text, index) == UInt8(ascii: "/")) {
      index += 1
    }
    return index
  }

  /// `\s*[\r\n]+|\s+(?!\S)|\s+`, the first alternative where `splitsLines`.
  private func white(_ text: Span<UInt8>, _ index: Int, splitsLines: Bool, keepsEndTogether: Bool)
    -> Int
  {
    var afterLine = index
    var last = index
    var position = index
    while true {
      let (set, next) = look(text, position)
      if set.isDisjoint(with: .space) { break }
      if splitsLines, isLineEnd(text, position) { afterLine = next }
      last = position
      position = next
    }
    if position == end, keepsEndTogether { return position }
    if afterLine > index { return afterLine }
    if position == end || last == index { return max(position, after(text, index)) }
    return last
  }

  /// `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll`, `'d`; the long s folds to s.
  private func contraction(_ text: Span<UInt8>, _ index: Int, ignoringCase: Bool) -> Int? {
    let fold: UInt8 = ignoringCase ? 0x20 : 0
    let one = byte(text, index + 1) | fold
    switch one {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"):
      return index + 2
    case UInt8(ascii: "r"), UInt8(ascii: "v"):
      return byte(text, index + 2) | fold == UInt8(ascii: "e") ? index + 3 : nil
    case UInt8(ascii: "l"):
      return byte(text, index + 2) | fold == UInt8(ascii: "l") ? index + 3 : nil
    case 0xC5 | fold
    where ignoringCase && byte(text, index + 1) == 0xC5 && byte(text, index + 2) == 0xBF:
      return index + 3
    default: return nil
    }
  }
}

/// The categories of ASCII.
struct AsciiCategories: Sendable {
  static let shared = AsciiCategories()
  private let sets: [CategorySet]

  private init() {
    sets = (UInt32(0)..<128).map { CategoryTable.shared.category(of: $0) }
  }

  @inline(__always)
  subscript(byte: UInt8) -> CategorySet { sets[Int(byte)] }

  static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isLetter(byte) || (0x30...0x39).contains(byte)
  }
}
