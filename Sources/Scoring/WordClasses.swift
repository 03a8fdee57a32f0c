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
    (.auxiliary, "is are was were be been being am has have had do does did isn't aren't don't"),
    (.modal, "can could will would should may might must can't cannot won't shouldn't"),
    (.subject, "i he she we they"),
    (
      .other,
      """
      it you this that these those there here not no so also more most some any all which who what \
      when where how why them him her us me one such very just only then up out over it's i'm \
      you're that's each both other another same own too much many few until after before
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
      el los las una uno del por para con que es su pero como más der die das und ist nicht ein \
      eine mit von zu auf für den dem les des est une dans pour qui sur avec il elle nous vous et \
      di che non sono della gli nel um não uma os em no com het een van voor niet zijn och är som \
      att det på av jag la le de en se al
      """
    ),
  ]
}

/// Word hash → class, by open addressing: one probe in the usual case.
struct WordTable: Sendable {
  private static let mask = 1023
  private let keys: [UInt32]
  private let classes: [UInt8]

  static let shared = WordTable()

  private init() {
    var keys = [UInt32](repeating: 0, count: Self.mask + 1)
    var classes = [UInt8](repeating: 0, count: Self.mask + 1)
    for (wordClass, words) in WordClass.words {
      for word in words.split(separator: " ") {
        var hash = WordHash()
        for byte in word.utf8 { hash.add(byte) }
        var slot = Int(hash.value) & Self.mask
        // The first class that names a word keeps it.
        while keys[slot] != 0 && keys[slot] != hash.value { slot = (slot + 1) & Self.mask }
        if keys[slot] == 0 {
          keys[slot] = hash.value
          classes[slot] = wordClass.rawValue
        }
      }
    }
    self.keys = keys
    self.classes = classes
  }

  /// - Complexity: O(1).
  func wordClass(_ hash: UInt32) -> WordClass {
    var slot = Int(hash) & Self.mask
    while keys[slot] != 0 {
      if keys[slot] == hash { return WordClass(rawValue: classes[slot]) ?? .content }
      slot = (slot + 1) & Self.mask
    }
    return .content
  }
}

/// FNV-1a of 32 bits over lower-cased bytes, never 0.
struct WordHash {
  private var state: UInt32 = 0x811C_9DC5

  var value: UInt32 { state == 0 ? 1 : state }

  mutating func add(_ byte: UInt8) {
    let lower = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    state = (state ^ UInt32(lower)) &* 0x0100_0193
  }
}
