/// One token of a text as the signals see it; its key for the language model lies beside it.
struct Mark {
  enum Kind: UInt8 {
    /// The beginning and the end of a line that has something in it: `<s>` and `</s>`.
    case start, end
    /// Letters, perhaps with digits and low lines among them; digits alone.
    case word, number
    /// One character; `.`, `!` and `?` are stops.
    case sign, stop
  }

  /// Hash of the first letters without a plural "s": "planets" and "planet", "computing" and
  /// "computation" meet. 0 for signs.
  var stem: UInt32
  /// Where it begins in the text.
  var offset: UInt32
  /// Bytes, at most 255.
  var length: UInt8
  var kind: Kind
  var wordClass: WordClass
  /// Begins with a capital letter.
  var isUpper: Bool

  /// Neither a function word nor one of the instruction itself.
  var isContent: Bool { kind == .word && wordClass == .content && length >= 3 }

  /// Content words and numbers: what a subject is told by.
  var tellsSubject: Bool { isContent || kind == .number }
}
