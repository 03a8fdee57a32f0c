/// The words of one sentence as hashes, for matching against patterns.
///
/// Words are runs of letters, digits, bytes beyond ASCII, and apostrophes and hyphens between
/// them. Each punctuation character inside is an element of its own.
struct SentenceWords {
  /// Longer sentences are no stock phrases.
  static let maximum = 60

  /// Word hashes in order, without those of the end mark.
  private(set) var hashes: [UInt64] = []
  /// The words that carry a digit or stand in straight quotation marks, brackets, inline code or
  /// emphasis: not to be lost, unless the request has them too.
  private(set) var fragile: [UInt64] = []
  /// Something inside that must never be lost: code, a link, mark-up, a colon.
  private(set) var isProtected = false
  /// There were more than `maximum` words, and they were not all read.
  private(set) var isTooLong = false

  /// The words of `text[start..<end]`.
  ///
  /// - Complexity: O(n) in bytes, at most `maximum` words.
  init(_ text: Span<UInt8>, _ start: Int, _ end: Int) {
    hashes.reserveCapacity(16)
    var index = start
    var isQuoted = false
    var isAside = false
    while index < end {
      let byte = text[index]
      if WordHash.isWordByte(byte) {
        guard hashes.count < Self.maximum else {
          isTooLong = true
          return
        }
        let (hash, hasDigit) = word(text, &index, end)
        hashes.append(hash)
        if hasDigit || isQuoted || isAside { fragile.append(hash) }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: "("), UInt8(ascii: "`"), UInt8(ascii: "*"):
        // Where it ends is not looked for: the rest of the sentence counts as inside.
        isAside = true
      case UInt8(ascii: "/"), UInt8(ascii: "."):
        // "TCP/IP" is two words; "node.js", "./x" and "a.org/b" are names.
        let joins =
          index > start && WordHash.isWordByte(text[index - 1]) && index + 1 < end
          && WordHash.isWordByte(text[index + 1])
        if byte == UInt8(ascii: "/") ? !joins : joins { isAside = true }
      default: note(byte)
      }
      if byte != UInt8(ascii: " ") && byte != UInt8(ascii: "\t") {
        hashes.append(WordHash.of(byte))
      }
      index += 1
    }
    isProtected = isProtected || isQuoted
  }

  private mutating func word(
    _ text: Span<UInt8>, _ index: inout Int, _ end: Int
  ) -> (hash: UInt64, hasDigit: Bool) {
    var hash = WordHash()
    var hasDigit = false
    while index < end {
      let byte = text[index]
      if WordHash.isWordByte(byte) {
        hasDigit = hasDigit || byte < 0x3A
        if byte == 0xE2, index + 2 < end, text[index + 1] == 0x80 {
          // ’ is an apostrophe; “ and ” are quotation marks.
          if text[index + 2] == 0x99 {
            hash.add(UInt8(ascii: "'"))
            index += 3
            continue
          }
          if text[index + 2] >= 0x98 && text[index + 2] <= 0x9F { isProtected = true }
        }
        if byte == 0xC2, index + 1 < end, text[index + 1] == 0xAB || text[index + 1] == 0xBB {
          isProtected = true
        }
        hash.add(byte)
      } else if WordHash.joinsLetters(byte), index + 1 < end, WordHash.isWordByte(text[index + 1]) {
        hash.add(byte)
      } else {
        break
      }
      index += 1
    }
    return (hash.value, hasDigit)
  }

  private mutating func note(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "@"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "["),
      UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "\\"),
      UInt8(ascii: "$"), UInt8(ascii: "="), UInt8(ascii: "|"), UInt8(ascii: "'"),
      UInt8(ascii: ":"), UInt8(ascii: ";"):
      isProtected = true
    default: break
    }
  }
}

/// FNV-1a over lower-cased bytes: a word as 64 bits. The tables are small, so that a foreign word
/// with the hash of one of theirs is not to be expected.
struct WordHash {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ byte: UInt8) {
    let lower = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    value = (value ^ UInt64(lower)) &* 0x0000_0100_0000_01B3
  }

  static func of(_ word: Substring) -> UInt64 {
    var hash = WordHash()
    for byte in word.utf8 { hash.add(byte) }
    return hash.value
  }

  static func of(_ byte: UInt8) -> UInt64 {
    var hash = WordHash()
    hash.add(byte)
    return hash.value
  }

  static let comma = of(UInt8(ascii: ","))

  static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...: true
    default: false
    }
  }

  /// Apostrophe and hyphen, between letters.
  static func joinsLetters(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "'") || byte == UInt8(ascii: "-")
  }
}
