/// 64-bit hashes for words and for words in a row.
///
/// A word is its bytes by FNV-1a; `<s>`, `</s>` and `<unk>` are words like others. The key of several
/// words in a row is made from the key of all but the last and the key of the last, so that a longer
/// n-gram costs one step more than a shorter one. Constants are part of the model format.
enum WordKey {
  static let start: UInt64 = 0xCBF2_9CE4_8422_2325

  @inline(__always)
  static func adding(_ byte: UInt8, to key: UInt64) -> UInt64 {
    (key ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
  }

  static func of(_ word: Span<UInt8>) -> UInt64 {
    var key = start
    for index in word.indices { key = adding(word[index], to: key) }
    return key
  }

  static func of(_ word: String) -> UInt64 { of(Array(word.utf8).span) }

  // Written out, so that loops find constants: `of("<unk>")`, `of("<s>")`, `of("</s>")`.
  static let unknown: UInt64 = 0xE601_E04D_D66F_B9E1
  static let sentenceStart: UInt64 = 0x6FD4_8A18_2FE3_4C12
  static let sentenceEnd: UInt64 = 0x7BD4_011A_D427_EA99

  @inline(__always)
  static func appending(_ word: UInt64, to context: UInt64) -> UInt64 {
    ((context << 23 | context >> 41) ^ word) &* 0x9E37_79B9_7F4A_7C15
  }

  /// Every bit of the key in every bit of the result (the finalizer of MurmurHash3).
  @inline(__always)
  static func mixed(_ key: UInt64) -> UInt64 {
    var value = (key ^ key >> 33) &* 0xFF51_AFD7_ED55_8CCD
    value = (value ^ value >> 33) &* 0xC4CE_B9FE_1A85_EC53
    return value ^ value >> 33
  }
}
