/// What a UTF-8 sequence beyond ASCII is, by its first two or three bytes.
enum Scalar {
  static func length(_ lead: UInt8) -> Int {
    switch lead {
    case 0xF0...: 4
    case 0xE0..<0xF0: 3
    case 0xC0..<0xE0: 2
    default: 1
    }
  }

  /// U+00C0 to U+024F without × and ÷, and U+1E00 to U+1EFF.
  static func isLatinLetter(_ text: Span<UInt8>, _ index: Int) -> Bool {
    guard index + 1 < text.count else { return false }
    let second = text[index + 1]
    switch text[index] {
    case 0xC3: return second != 0x97 && second != 0xB7
    case 0xC4...0xC8: return true
    case 0xC9: return second < 0x90
    case 0xE1: return second >= 0xB8 && second <= 0xBB
    default: return false
    }
  }

  /// Letters of other scripts: Greek, Cyrillic, Hebrew, Arabic, Indic, Thai, kana, Han, Hangul.
  static func isOtherLetter(_ text: Span<UInt8>, _ index: Int) -> Bool {
    guard index + 1 < text.count else { return false }
    let second = text[index + 1]
    switch text[index] {
    case 0xCD...0xDF: return true
    case 0xE0: return true
    case 0xE1: return second < 0xB8
    case 0xE3: return second >= 0x81
    case 0xE4...0xED: return true
    case 0xEF: return second >= 0xA4 && second < 0xB8
    case 0xF0: return second >= 0xA0 && second < 0xB0
    default: return false
    }
  }

  /// UTF-8 read as Latin-1 or Windows-1252 and written again ("Ã©", "Â ", "â€™"), or U+FFFD.
  static func isMojibake(_ text: Span<UInt8>, _ index: Int) -> Bool {
    guard index + 3 < text.count else {
      return index + 2 < text.count && text[index] == 0xEF && text[index + 1] == 0xBF
        && text[index + 2] == 0xBD
    }
    let second = text[index + 1]
    switch text[index] {
    case 0xC3:
      // Ã or Â, and then what was a continuation byte.
      if second == 0x83 || second == 0x82 {
        return text[index + 2] == 0xC2 && text[index + 3] >= 0x80
      }
      // â followed by the euro sign.
      return second == 0xA2 && text[index + 2] == 0xE2 && text[index + 3] == 0x82
    case 0xEF: return second == 0xBF && text[index + 2] == 0xBD
    default: return false
    }
  }
}

/// Whether a word can be pronounced, told from its letters as they come.
struct WordShape {
  private var count = 0
  private var vowels = 0
  private var consonantsInARow = 0
  private var longestConsonants = 0
  private var sameInARow = 1
  private var longestSame = 1
  private var rare = 0
  private var last: UInt8 = 0

  mutating func add(_ lower: UInt8) {
    count += 1
    sameInARow = lower == last ? sameInARow + 1 : 1
    longestSame = max(longestSame, sameInARow)
    switch lower {
    case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"),
      UInt8(ascii: "u"), UInt8(ascii: "y"):
      vowels += 1
      consonantsInARow = 0
    default:
      if isRarePair(last, lower) { rare += 1 }
      consonantsInARow += 1
      longestConsonants = max(longestConsonants, consonantsInARow)
    }
    last = lower
  }

  mutating func addVowel() { add(UInt8(ascii: "e")) }

  /// Pairs of letters that hardly any English word has.
  private func isRarePair(_ first: UInt8, _ second: UInt8) -> Bool {
    switch second {
    case UInt8(ascii: "q"), UInt8(ascii: "x"), UInt8(ascii: "j"), UInt8(ascii: "z"),
      UInt8(ascii: "v"):
      switch first {
      case UInt8(ascii: "q"), UInt8(ascii: "x"), UInt8(ascii: "j"), UInt8(ascii: "z"),
        UInt8(ascii: "v"), UInt8(ascii: "k"), UInt8(ascii: "g"), UInt8(ascii: "f"),
        UInt8(ascii: "p"), UInt8(ascii: "b"), UInt8(ascii: "h"), UInt8(ascii: "w"),
        UInt8(ascii: "m"), UInt8(ascii: "c"):
        return first != second
      default: return false
      }
    default:
      // A "q" wants its "u".
      return first == UInt8(ascii: "q") || (first == UInt8(ascii: "j"))
    }
  }

  func isUnpronounceable(isCapital: Bool) -> Bool {
    if count > 30 || longestSame >= 4 { return true }
    if isCapital { return false }
    if count >= 4 && vowels == 0 { return true }
    return longestConsonants >= 5 || rare >= 1 && count >= 3
  }
}
