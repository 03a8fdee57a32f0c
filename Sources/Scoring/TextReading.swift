/// A text read once: its tokens, their keys, and counts of what its bytes are. Reading another text
/// reuses the memory.
///
/// Tokens are runs of letters, digits and low lines, and every other character that is not white
/// space by itself; letters in lower case. This is what the language model counts as a word. A line
/// that has something in it is a sentence between `<s>` and `</s>`.
struct TextReading {
  private let markScratch: Scratch<Mark>
  private let keyScratch: Scratch<UInt64>
  private var count = 0
  private(set) var words = 0
  private(set) var numbers = 0
  private(set) var signTokens = 0
  private(set) var lines = 0
  private(set) var letters = 0
  private(set) var digits = 0
  private(set) var symbols = 0
  /// ASCII signs that code is full of: `{}();=<>` and their like.
  private(set) var codeSigns = 0
  /// Scalars beyond ASCII that are Latin letters; letters of other scripts; everything else.
  private(set) var latinBeyondASCII = 0
  private(set) var otherScript = 0
  private(set) var signs = 0
  /// Broken encodings ("Ã©", "â€™", U+FFFD) and control characters.
  private(set) var broken = 0
  private(set) var foreignWords = 0
  private(set) var functionWords = 0
  private(set) var stops = 0
  private(set) var fences = 0
  private(set) var listLines = 0
  private(set) var openBrackets = 0
  private(set) var brackets = 0
  private var lineIsOpen = false
  private let wordTable = WordTable.shared
  private let classes = ByteClass.table

  init() {
    self.init(
      Scratch(
        filler: Mark(stem: 0, offset: 0, length: 0, kind: .start, wordClass: .other, isUpper: false)
      ),
      Scratch(filler: 0))
  }

  private init(_ marks: Scratch<Mark>, _ keys: Scratch<UInt64>) {
    (markScratch, keyScratch) = (marks, keys)
  }

  /// The tokens; valid until another text is read.
  var marks: UnsafeBufferPointer<Mark> {
    UnsafeBufferPointer(start: markScratch.base, count: count)
  }

  /// Of each token; valid until another text is read.
  var keys: UnsafeBufferPointer<UInt64> {
    UnsafeBufferPointer(start: keyScratch.base, count: count)
  }

  /// Characters that are not white space; one for each sign or letter.
  var scalars: Int { letters + digits + symbols + otherScript + signs + broken }

  /// Whether there are words enough for averages to say something: "42" is as good as "Paris".
  var isTelling: Bool { words + numbers >= 4 }

  /// Whether the text is mostly code: a fence, or many signs that prose has few of.
  var looksLikeCode: Bool { fences >= 1 || Fixed.share(codeSigns, scalars) > 500 }

  /// Forgets the text.
  mutating func clear() { self = TextReading(markScratch, keyScratch) }

  /// - Parameter isPlain: whether each byte is looked at by itself: the slow twin.
  /// - Complexity: O(n) in bytes.
  mutating func read(_ text: Span<UInt8>, isPlain: Bool = false) {
    clear()
    var index = 0
    while index < text.count {
      if !isPlain, let end = readShortWord(text, index) {
        // Most words have a space behind them.
        index = end + (text[unchecked: end] == 0x20 ? 1 : 0)
        continue
      }
      let byte = text[unchecked: index]
      switch classes[Int(byte)] {
      case .letter, .digit:
        index = readWord(text, index)
      case .space:
        if byte == 0x0A { closeLine() }
        index += 1
      case .control:
        broken += 1
        index += 1
      case .symbol:
        readSymbol(text, index)
        index += 1
      case .beyond:
        if Scalar.isLatinLetter(text, index) || Scalar.isOtherLetter(text, index) {
          index = readWord(text, index)
        } else {
          index = readSign(text, index)
        }
      }
    }
    closeLine()
  }

  private mutating func closeLine() {
    guard lineIsOpen else { return }
    lineIsOpen = false
    append(WordKey.sentenceEnd, .end, 0, 0, offset: 0)
  }

  @inline(__always)
  private mutating func append(
    _ key: UInt64, _ kind: Mark.Kind, _ stem: UInt32, _ length: Int, offset: Int,
    _ wordClass: WordClass = .other, isUpper: Bool = false
  ) {
    if count >= min(markScratch.capacity, keyScratch.capacity) {
      markScratch.grow()
      keyScratch.grow()
    }
    markScratch[count] = Mark(
      stem: stem, offset: UInt32(truncatingIfNeeded: offset), length: UInt8(min(length, 255)),
      kind: kind, wordClass: wordClass, isUpper: isUpper)
    keyScratch[count] = key
    count += 1
  }

  /// Begins a sentence before the first token of a line.
  @inline(__always)
  private mutating func openLine() {
    if !lineIsOpen { beginLine() }
  }

  private mutating func beginLine() {
    lineIsOpen = true
    lines += 1
    append(WordKey.sentenceStart, .start, 0, 0, offset: 0)
  }

  /// Reads the word at `start` if it is of one to seven letters and digits of ASCII, not of digits alone;
  /// returns the offset after it, nil for any other. Eight bytes are classified at once.
  @inline(__always)
  private mutating func readShortWord(_ text: Span<UInt8>, _ start: Int) -> Int? {
    guard start + 8 <= text.count else { return nil }
    let bytes = UInt64(
      littleEndian: text.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt64.self))
    // In the top bit of each byte: what it is.
    let tops: UInt64 = 0x8080_8080_8080_8080
    let ascii = bytes & ~tops
    let small = ascii | 0x2020_2020_2020_2020
    let letters =
      (small &+ 0x1F1F_1F1F_1F1F_1F1F) & ~(small &+ 0x0505_0505_0505_0505) & ~bytes & tops
    let digits =
      (ascii &+ 0x5050_5050_5050_5050) & ~(ascii &+ 0x4646_4646_4646_4646) & ~bytes & tops
    let end = ~(letters | digits) & tops
    guard end != 0 else { return nil }
    let length = end.trailingZeroBitCount / 8
    let next = UInt8(truncatingIfNeeded: bytes >> UInt64(8 * length))
    let inside = (1 << UInt64(8 * length)) - 1 as UInt64
    guard letters & inside != 0, next < 0x80, next != 0x5F else { return nil }
    openLine()
    var rest = bytes | letters >> 2  // Letters in lower case.
    // The keys of all beginnings, whatever the length: a branch on it would be guessed wrong.
    var keys: InlineArray<8, UInt64> = InlineArray(repeating: WordKey.start)
    for place in 0..<7 {
      keys[unchecked: place + 1] = WordKey.adding(
        UInt8(truncatingIfNeeded: rest), to: keys[unchecked: place])
      rest >>= 8
    }
    var stem = keys[unchecked: min(length, 6)]
    let digitCount = (digits & inside).nonzeroBitCount
    self.letters += length - digitCount
    self.digits += digitCount
    if length > 3, length <= 6, small >> UInt64(8 * (length - 1)) & 0xFF == 0x73 {
      stem = keys[unchecked: length - 1]
    }
    finishWord(text, start, length, keys[unchecked: length], stem)
    return start + length
  }

  @inline(__always)
  private mutating func finishWord(
    _ text: Span<UInt8>, _ start: Int, _ length: Int, _ key: UInt64, _ stem: UInt64
  ) {
    words += 1
    let wordClass = wordTable.wordClass(key)
    if wordClass.isFunction { functionWords += 1 }
    if wordClass == .foreign { foreignWords += 1 }
    append(
      key, .word, UInt32(truncatingIfNeeded: stem ^ stem >> 32) | 1, length, offset: start,
      wordClass, isUpper: text[start] >= 0x41 && text[start] <= 0x5A)
  }

  /// Reads the word at `start`; returns the offset after it.
  private mutating func readWord(_ text: Span<UInt8>, _ start: Int) -> Int {
    let isFirst = !lineIsOpen
    openLine()
    var key = WordKey.start
    var stem = WordKey.start
    var stemBeforeS = stem
    var index = start
    var (letters, digits) = (0, 0)
    reading: while index < text.count {
      let byte = text[index]
      switch classes[Int(byte)] {
      case .letter:
        let lower = byte | 0x20
        let isLowLine = byte == 0x5F
        key = WordKey.adding(isLowLine ? byte : lower, to: key)
        stemBeforeS = stem
        if index - start < 6 { stem = WordKey.adding(lower, to: stem) }
        letters += isLowLine ? 0 : 1
        if isLowLine { codeSigns += 1 }
        index += 1
      case .digit:
        key = WordKey.adding(byte, to: key)
        stemBeforeS = stem
        if index - start < 6 { stem = WordKey.adding(byte, to: stem) }
        digits += 1
        index += 1
      case .beyond:
        guard let length = readLetter(text, index) else { break reading }
        for offset in index..<index + length {
          var byte = text[offset]
          // À to Þ.
          if length == 2, offset > index, text[index] == 0xC3, byte <= 0x9E { byte |= 0x20 }
          key = WordKey.adding(byte, to: key)
          stemBeforeS = stem
          if offset - start < 6 { stem = WordKey.adding(byte, to: stem) }
        }
        letters += 1
        index += length
      default: break reading
      }
    }
    self.letters += letters
    self.digits += digits
    let length = index - start
    if letters == 0 {
      numbers += 1
      append(key, .number, UInt32(truncatingIfNeeded: key ^ key >> 32) | 1, length, offset: start)
      if isFirst { listLines += isListNumber(text, index, length) ? 1 : 0 }
      return index
    }
    if length > 3 && length <= 6 && text[index - 1] | 0x20 == UInt8(ascii: "s") {
      stem = stemBeforeS
    }
    finishWord(text, start, length, key, stem)
    return index
  }

  /// The length of a letter beyond ASCII; nil for what is none.
  private mutating func readLetter(_ text: Span<UInt8>, _ index: Int) -> Int? {
    if Scalar.isLatinLetter(text, index) {
      if Scalar.isMojibake(text, index) { broken += 1 }
      latinBeyondASCII += 1
    } else if Scalar.isOtherLetter(text, index) {
      otherScript += 1
      letters -= 1
    } else {
      return nil
    }
    return min(Scalar.length(text[index]), text.count - index)
  }

  private func isListNumber(_ text: Span<UInt8>, _ end: Int, _ length: Int) -> Bool {
    guard end < text.count, length <= 3 else { return false }
    return text[end] == UInt8(ascii: ".") || text[end] == UInt8(ascii: ")")
  }

  private mutating func readSymbol(_ text: Span<UInt8>, _ index: Int) {
    let isFirst = !lineIsOpen
    openLine()
    symbols += 1
    signTokens += 1
    var kind = Mark.Kind.sign
    let byte = text[index]
    switch byte {
    case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"):
      kind = .stop
      stops += 1
    case UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "+"):
      if isFirst && index + 1 < text.count && text[index + 1] == 0x20 { listLines += 1 }
    case UInt8(ascii: "`"):
      if index >= 2 && text[index - 1] == byte && text[index - 2] == byte { fences += 1 }
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
      openBrackets += 1
      brackets += 1
      codeSigns += 1
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      openBrackets -= 1
      codeSigns += 1
    case UInt8(ascii: ";"), UInt8(ascii: "="), UInt8(ascii: "<"), UInt8(ascii: ">"),
      UInt8(ascii: "\\"), UInt8(ascii: "$"), UInt8(ascii: "|"), UInt8(ascii: "&"),
      UInt8(ascii: "#"), UInt8(ascii: "/"):
      codeSigns += 1
    default: break
    }
    append(WordKey.adding(byte, to: WordKey.start), kind, 0, 1, offset: index)
  }

  /// Reads a scalar beyond ASCII that is no letter; returns the offset after it.
  private mutating func readSign(_ text: Span<UInt8>, _ index: Int) -> Int {
    let end = min(index + Scalar.length(text[index]), text.count)
    if Scalar.isMojibake(text, index) { broken += 1 }
    // The no-break space is white space.
    if text[index] == 0xC2, index + 1 < text.count, text[index + 1] == 0xA0 { return end }
    openLine()
    signs += 1
    signTokens += 1
    append(WordKey.of(text.extracting(index..<end)), .sign, 0, end - index, offset: index)
    return end
  }
}

/// What a byte begins.
enum ByteClass: UInt8 {
  /// `A`…`Z`, `a`…`z` and `_`.
  case letter
  case digit, space, control, symbol, beyond

  /// By the byte. A pointer, so that nobody copies it; it is there for good.
  ///
  /// `nonisolated(unsafe)`: filled before anyone sees it, and never changed.
  nonisolated(unsafe) static let table: UnsafePointer<ByteClass> = {
    let table = UnsafeMutablePointer<ByteClass>.allocate(capacity: 256)
    for byte in 0..<256 { (table + byte).initialize(to: ByteClass(UInt8(byte))) }
    return UnsafePointer(table)
  }()

  private init(_ byte: UInt8) {
    self =
      switch byte {
      case 0x41...0x5A, 0x61...0x7A, 0x5F: .letter
      case 0x30...0x39: .digit
      case 0x09, 0x0A, 0x0D, 0x20: .space
      case 0x00..<0x20, 0x7F: .control
      case 0x80...: .beyond
      default: .symbol
      }
  }
}
