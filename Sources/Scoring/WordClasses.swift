/// The classes of common English words, and of a few from other languages to tell them apart.
///
/// Data: function words are what a sentence of any subject has, so that they tell language, order
/// and content without a model.
enum WordClass: UInt8 {
  /// Not in the table: a content word.
  case content = 0
  case determiner, preposition, conjunction, auxiliary, modal, subject, other
  /// A word of the instruction itself ("write", "list"), which a response need not take up.
  case order
  /// A function word of another language.
  case foreign

  var isFunction: Bool { self != .content && self != .order && self != .foreign }

  /// The words of each class.
  static let words: [(WordClass, String)] = [
    (.determiner, "the a an my your his its our their every"),
    (
      .preposition,
      """
      of in to for with on at by from into about through between during without against under \
      within among toward towards upon
      """
    ),
    (.conjunction, "and or but because although if while unless since whereas than as"),
    (.auxiliary, "is are was were be been being am has have had do does did"),
    (.modal, "can could will would should may might must cannot"),
    (.subject, "i he she we they"),
    (
      .other,
      """
      it you this that these those there here not no so also more most some any all which who what \
      when where how why them him her us me one such very just only then up out over s t \
      ll ve re each both other another same own too much many few until after before
      """
    ),
    (
      .order,
      """
      write create generate give list provide make explain describe find identify answer question \
      following given using use based example examples please tell name suggest come output input \
      sentence sentences rewrite text word words create design develop construct compose
      """
    ),
    (
      .foreign,
      """
      el los las uno del por para con que es su pero como más una lo sus fue son esta este \
      der die das und ist nicht ein eine mit von zu auf für den dem sich auch wird werden sind \
      les des est une dans pour qui sur avec il elle nous vous et du aux ces être plus sont \
      di che non sono della gli nel um não uma os em com da dos mais foi pelo è il più anche \
      het een van voor niet zijn dat och är som att det på av jag la le de en se al ikke og til \
      w na nie jest że się jako oraz przez není které byl için ve bir bu olan ile ja oli että ei \
      egy és az nem hogy yang dan untuk dengan dari adalah của và là các trong được pe este sunt \
      și nu kwa
      """
    ),
  ]
}

/// Word key → class, by open addressing: one probe in the usual case.
struct WordTable: Sendable {
  private static let mask = 2047
  private let keys: [UInt64]
  private let classes: [WordClass]

  static let shared = WordTable()

  private init() {
    var keys = [UInt64](repeating: 0, count: Self.mask + 1)
    var classes = [WordClass](repeating: .content, count: Self.mask + 1)
    for (wordClass, words) in WordClass.words {
      for word in words.split(separator: " ") {
        let key = WordKey.of(String(word))
        var slot = Int(truncatingIfNeeded: key) & Self.mask
        // The first class that names a word keeps it.
        while keys[slot] != 0 && keys[slot] != key { slot = (slot + 1) & Self.mask }
        if keys[slot] == 0 {
          keys[slot] = key
          classes[slot] = wordClass
        }
      }
    }
    self.keys = keys
    self.classes = classes
  }

  /// - Complexity: O(1).
  func wordClass(_ key: UInt64) -> WordClass {
    var slot = Int(truncatingIfNeeded: key) & Self.mask
    while keys[slot] != 0 {
      if keys[slot] == key { return classes[slot] }
      slot = (slot + 1) & Self.mask
    }
    return .content
  }
}
