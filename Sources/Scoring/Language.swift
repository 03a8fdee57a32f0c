/// Whether a text is in the language that the words here are known of.
enum Language {
  /// Not when most letters are of other scripts; not with more function words of other languages
  /// than of English; not when nearly no function word is English and most words are unknown, though
  /// they could be pronounced. Code, and texts of few words, pass.
  static func isEnglish(_ text: TextReading, _ measures: Measures) -> Bool {
    if text.otherScript * 2 > text.letters { return false }
    guard text.words >= 5, !text.looksLikeCode else { return true }
    let isForeign =
      text.foreignWords > text.functionWords && text.foreignWords * 100 >= text.words * 8
    if isForeign { return false }
    guard text.words >= 8, text.functionWords * 100 < text.words * 6 else { return true }
    return (measures[.unknown] ?? 0) < 5500 || (measures[.strange] ?? 0) > 3000
  }
}
