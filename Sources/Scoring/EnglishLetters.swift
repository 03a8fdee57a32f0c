internal import CEnglishModel

/// How letters follow each other in English words: for each letter after two others its cost,
/// −log2 of its probability in sixteenths. 26 letters, and the border of a word as the 27th.
enum EnglishLetters {
  /// Five bits a letter: English words cost about three, letters thrown like dice above six.
  private static let strangeFrom = 5 * 16

  /// Whether an unknown word is unlike any English word. Capitals alone (acronyms) and short words
  /// are not; the parts of a word such as `readLine` or `x86_64` are looked at one by one.
  ///
  /// - Complexity: O(n) in bytes.
  static func isStrange(_ word: Span<UInt8>) -> Bool {
    let table = thresher_english_letters()
    var (one, two, cost, letters, capitals, longest) = (0, 0, 0, 0, 0, 0)
    var run = 0
    var last: UInt8 = 0
    func step(_ code: Int) {
      cost += Int(table[(one * 27 + two) * 27 + code])
      one = two
      two = code
    }
    for index in word.indices {
      let byte = word[index]
      let lower = byte | 0x20
      guard lower >= 0x61 && lower <= 0x7A else {
        // A letter beyond ASCII says nothing about English.
        if byte >= 0x80 { return false }
        if two != 0 { step(0) }
        (one, two, run) = (0, 0, 0)
        last = byte
        continue
      }
      let isCapital = byte < 0x61
      if isCapital { capitals += 1 }
      if isCapital && last >= 0x61 {
        step(0)
        (one, two) = (0, 0)
      }
      run = lower == last | 0x20 ? run + 1 : 1
      longest = max(longest, run)
      step(Int(lower) - 0x60)
      letters += 1
      last = byte
    }
    guard letters >= 4 else { return false }
    if longest >= 4 || letters > 45 { return true }
    if capitals == letters && letters <= 6 { return false }
    step(0)
    return cost > strangeFrom * (letters + 1)
  }
}
