/// One word of a text as the signals see it.
struct ReadWord {
  /// Hash of the whole word in lower case.
  var hash: UInt32
  /// Hash of its first letters without a plural "s": "planets" and "planet", "computing" and
  /// "computation" meet.
  var stem: UInt32
  var wordClass: WordClass
  /// How much it tells, by length: 0 for function words, else 1 to 8.
  var weight: Int
  var isUpper: Bool
  /// What stands between the word before and this one.
  var gap: Gap

  enum Gap { case start, space, punctuation, stop }
}

/// A text read once: its words, and counts of what its bytes are.
struct TextReading {
  /// At most so many words are looked at; the rest of a longer text is only counted.
  static let wordsMaximum = 4096

  private(set) var words: [ReadWord] = []
  private(set) var letters = 0
  private(set) var digits = 0
  private(set) var spaces = 0
  private(set) var symbols = 0
  /// ASCII signs that code is full of: `{}();=<>` and their like.
  private(set) var codeSigns = 0
  /// Scalars beyond ASCII that are Latin letters; letters of other scripts; everything else.
  private(set) var latinBeyondASCII = 0
  private(set) var otherScript = 0
  private(set) var signs = 0
  /// Broken encodings ("Ã©", "â€™", U+FFFD) and control characters.
  private(set) var broken = 0
  /// Words that cannot be pronounced, and words of more than 30 letters.
  private(set) var unpronounceable = 0
  private(set) var foreignWords = 0
  private(set) var functionWords = 0
  private(set) var fences = 0
  private(set) var listLines = 0
  private(set) var openBrackets = 0

  /// - Complexity: O(n) in bytes.
  init(_ text: Span<UInt8>) {
    words.reserveCapacity(min(text.count / 5 + 4, Self.wordsMaximum))
    var gap = ReadWord.Gap.start
    var atLineStart = true
    var index = 0
    while index < text.count {
      let byte = text[index]
      switch byte {
      case 0x41...0x5A, 0x61...0x7A:
        index = readWord(text, index, gap)
        gap = .space
        atLineStart = false
        continue
      case 0x80...:
        if Scalar.isLatinLetter(text, index) {
          index = readWord(text, index, gap)
          gap = .space
          atLineStart = false
          continue
        }
        index += readSign(text, index)
        continue
      case 0x0A:
        spaces += 1
        atLineStart = true
        if gap == .space { gap = .punctuation }
      case 0x20, 0x09, 0x0D:
        spaces += 1
      case 0x30...0x39:
        digits += 1
        if atLineStart { listLines += listNumber(text, index) }
        atLineStart = false
        gap = .punctuation
      case 0x00..<0x20, 0x7F:
        broken += 1
      default:
        readSymbol(text, index, &gap, &atLineStart)
      }
      index += 1
    }
  }

  private func listNumber(_ text: Span<UInt8>, _ start: Int) -> Int {
    var index = start
    while index < text.count && text[index] >= 0x30 && text[index] <= 0x39 { index += 1 }
    guard index < text.count, index - start <= 3 else { return 0 }
    return text[index] == UInt8(ascii: ".") || text[index] == UInt8(ascii: ")") ? 1 : 0
  }

  private mutating func readSymbol(
    _ text: Span<UInt8>, _ index: Int, _ gap: inout ReadWord.Gap, _ atLineStart: inout Bool
  ) {
    symbols += 1
    switch text[index] {
    case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"):
      gap = .stop
    case UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "+"):
      if atLineStart && index + 1 < text.count && text[index + 1] == 0x20 { listLines += 1 }
      gap = .punctuation
    case UInt8(ascii: "`"):
      if index >= 2 && text[index - 1] == text[index] && text[index - 2] == text[index] {
        fences += 1
      }
      gap = .punctuation
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
      openBrackets += 1
      codeSigns += 1
      gap = .punctuation
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      openBrackets -= 1
      codeSigns += 1
      gap = .punctuation
    case UInt8(ascii: ";"), UInt8(ascii: "="), UInt8(ascii: "<"), UInt8(ascii: ">"),
      UInt8(ascii: "\\"), UInt8(ascii: "$"), UInt8(ascii: "_"), UInt8(ascii: "|"),
      UInt8(ascii: "&"), UInt8(ascii: "#"), UInt8(ascii: "/"):
      codeSigns += 1
      gap = .punctuation
    default:
      gap = .punctuation
    }
    atLineStart = false
  }

  /// Reads the word at `start`; returns the offset after it.
  private mutating func readWord(
    _ text: Span<UInt8>, _ start: Int, _ gap: ReadWord.Gap
  ) -> Int {
    var shape = WordShape()
    var hash = WordHash()
    var stem = WordHash()
    var stemBeforeS = stem
    var index = start
    while index < text.count {
      let byte = text[index]
      if byte < 0x80 {
        let isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A
        let isApostrophe =
          byte == UInt8(ascii: "'") && index + 1 < text.count
          && (text[index + 1] | 0x20) >= 0x61 && (text[index + 1] | 0x20) <= 0x7A
        guard isLetter || isApostrophe else { break }
        hash.add(byte)
        if isLetter {
          letters += 1
          stemBeforeS = stem
          if index - start < 6 { stem.add(byte) }
          shape.add(byte | 0x20)
        }
        index += 1
      } else {
        guard Scalar.isLatinLetter(text, index) else { break }
        let end = min(index + Scalar.length(byte), text.count)
        if Scalar.isMojibake(text, index) { broken += 1 }
        letters += 1
        latinBeyondASCII += 1
        while index < end {
          hash.add(text[index])
          if index - start < 6 { stem.add(text[index]) }
          index += 1
        }
        shape.addVowel()
      }
    }
    let length = index - start
    if length > 3 && length <= 6 && text[index - 1] | 0x20 == UInt8(ascii: "s") {
      stem = stemBeforeS
    }
    if shape.isUnpronounceable(isCapital: isCapital(text, start, index)) { unpronounceable += 1 }
    append(hash.value, stem.value, length, text[start] < 0x61, gap)
    return index
  }

  /// Acronyms and constants: no lower-case letter.
  private func isCapital(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    end - start >= 2 && text[start + 1] < 0x61
  }

  private mutating func append(
    _ hash: UInt32, _ stem: UInt32, _ length: Int, _ isUpper: Bool, _ gap: ReadWord.Gap
  ) {
    let wordClass = WordTable.shared.wordClass(hash)
    if wordClass.isFunction { functionWords += 1 }
    if wordClass == .foreign { foreignWords += 1 }
    guard words.count < Self.wordsMaximum else { return }
    let isContent = wordClass == .content && length >= 3
    words.append(
      ReadWord(
        hash: hash, stem: stem, wordClass: wordClass, weight: isContent ? min(length, 8) : 0,
        isUpper: isUpper, gap: gap))
  }

  /// Reads a scalar beyond ASCII that is no Latin letter; returns its length.
  private mutating func readSign(_ text: Span<UInt8>, _ index: Int) -> Int {
    if Scalar.isMojibake(text, index) { broken += 1 }
    if Scalar.isOtherLetter(text, index) { otherScript += 1 } else { signs += 1 }
    return min(Scalar.length(text[index]), text.count - index)
  }
}
