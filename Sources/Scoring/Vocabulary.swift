/// The stems and word triples of a response, looked up once for all signals that ask what is new in it,
/// what comes again, and what the prompt has as well. Keeps scratch memory: one a thread.
struct Vocabulary {
  /// Words in which a stem counts as new once, so that length does not matter.
  private static let window = 50

  // What is known of a stem: the window that it was met in last, in the bits above this one.
  private static let tellsSubject: Int32 = 1
  // What is known of a triple.
  private static let isInPrompt: Int32 = 1
  private static let isInResponse: Int32 = 2

  private var stems = HashBag()
  private let firsts = Scratch<UInt32>(filler: 0)
  private var triples = HashBag()

  /// Stems of words, each once.
  private(set) var distinct = 0
  /// Stems of words, each once in every window.
  private(set) var distinctInWindows = 0
  private(set) var tripleCount = 0
  /// Triples that the response had before.
  private(set) var repeated = 0
  /// Triples that the prompt has.
  private(set) var inPrompt = 0

  /// - Complexity: O(n) in tokens of both.
  mutating func read(_ response: TextReading, prompt: TextReading?) {
    (distinct, distinctInWindows, tripleCount, repeated, inPrompt) = (0, 0, 0, 0, 0)
    stems.reset(capacity: response.words + response.numbers)
    firsts.reserve(response.words + 1)
    triples.reset(capacity: response.words + (prompt?.words ?? 0))
    if let prompt { readPrompt(prompt) }
    let (marks, keys) = (response.marks, response.keys)
    var window = WordTriples()
    var (number, left) = (Int32(0), 0)
    for index in marks.indices {
      let mark = marks[index]
      let flag = mark.tellsSubject ? Self.tellsSubject : 0
      guard mark.kind == .word else {
        if mark.kind == .number { _ = stems.update(mark.stem) { $0 | flag } }
        continue
      }
      if left == 0 { (number, left) = (number + 2, Self.window) }
      left -= 1
      let before = stems.update(mark.stem) { $0 & Self.tellsSubject | flag | number }
      firsts[distinct] = mark.stem
      distinct += before < 2 ? 1 : 0
      distinctInWindows += before < number ? 1 : 0
      guard let triple = window.next(keys[index]) else { continue }
      let known = triples.update(triple) { $0 | Self.isInResponse }
      tripleCount += 1
      repeated += known & Self.isInResponse != 0 ? 1 : 0
      inPrompt += known & Self.isInPrompt != 0 ? 1 : 0
    }
  }

  private mutating func readPrompt(_ prompt: TextReading) {
    let (marks, keys) = (prompt.marks, prompt.keys)
    var window = WordTriples()
    for index in marks.indices where marks[index].kind == .word {
      guard let triple = window.next(keys[index]) else { continue }
      _ = triples.update(triple) { $0 | Self.isInPrompt }
    }
  }

  /// The stems of words, each once, in the order of the text; valid until another text is read.
  var distinctStems: UnsafeBufferPointer<UInt32> {
    UnsafeBufferPointer(start: firsts.base, count: distinct)
  }

  /// Whether the response has a content word or a number of this stem.
  func tellsSubject(_ stem: UInt32) -> Bool {
    (stems.value(stem) ?? 0) & Int(Self.tellsSubject) != 0
  }
}
