/// What the user's text asks for, as far as it protects an answer from the trimmer.
///
/// All of it errs to the side of protecting: a word that may stand for a letter, a poem or a
/// dialogue is enough, unless its sentence plainly asks for information ("What makes a good
/// letter?") or is in the middle of a longer text. Read once for a text, in all rounds; a class so
/// that a look at it costs no copy.
final class RequestTraits {
  /// Something spoken to someone: a dialogue, a reply, a role. Every stock phrase can belong to it.
  private(set) var asksForSpeech = false
  /// A letter or message: greetings and closers belong to it, an offer to write it does not.
  private(set) var asksForLetter = false
  /// A poem, a song, a review, a role.
  private(set) var asksForArt = false
  /// A story.
  private(set) var asksForTale = false
  /// Work on a text that is given: it may have stock phrases if the request has any.
  private(set) var asksToEdit = false
  /// Work whose words the request does not have: a translation, a continuation.
  private(set) var asksToTranslate = false
  /// A word of one of these, or for a piece of text, in whichever sentence.
  private(set) var hasVoice = false
  /// The request has or asks for words of politeness, so that a text to work on may have them.
  private(set) var isPolite = false
  /// To repeat, or to write something several times.
  private(set) var asksToRepeat = false
  /// A question that "Certainly!" can answer.
  private(set) var asksYesOrNo = false
  /// The first sentence asks for information, so that a text may follow it that asks for nothing.
  private var startsWithInquiry = false
  /// A word of programming has been read.
  private var isAboutPrograms = false
  /// A question to or about the assistant itself.
  private(set) var asksAboutAssistant = false
  /// The hash of every word, in order.
  private(set) var words: [UInt64] = []
  /// The words of each question, as a range of `words`.
  private(set) var questions: [Range<Int>] = []

  /// What one sentence of the request asks for.
  private struct Sentence {
    var traits: Traits = []
    var start: Int
    var isYesOrNo = false
    var isInquiry = false
    var isOrder = false
    var hasScript = false
    /// The classes of its last word.
    var previous: Classes = []
  }

  private struct Traits: OptionSet {
    let rawValue: UInt8
    static let speech = Traits(rawValue: 1)
    static let letter = Traits(rawValue: 2)
    static let art = Traits(rawValue: 4)
    static let edit = Traits(rawValue: 8)
    static let translation = Traits(rawValue: 16)
    static let text = Traits(rawValue: 32)
    static let tale = Traits(rawValue: 64)
  }

  /// - Complexity: O(n) in bytes.
  init(_ text: Span<UInt8>) {
    words.reserveCapacity(text.count / 5 + 4)
    let table = Vocabulary.table
    var sentence = Sentence(start: 0)
    var number = 0
    var index = 0
    while index < text.count {
      let byte = text[index]
      guard WordHash.isWordByte(byte) else {
        if byte == UInt8(ascii: "`") { isAboutPrograms = true }
        if byte == UInt8(ascii: "?") {
          if sentence.isYesOrNo { asksYesOrNo = true }
          sentence.isInquiry = true
          if sentence.start < words.count { questions.append(sentence.start..<words.count) }
        }
        if TextBytes.mark(byte) != .bare || byte == UInt8(ascii: "\n") {
          if sentence.start < words.count {
            close(sentence, isAtEnd: number == 0)
            number += 1
          }
          sentence = Sentence(start: words.count)
        }
        index += 1
        continue
      }
      let word = Self.word(text, &index)
      words.append(word)
      let kind = Classes(rawValue: table.value(word))
      if !kind.isEmpty || !sentence.previous.isEmpty { note(kind, &sentence) }
      sentence.previous = kind
    }
    if sentence.start < words.count { close(sentence, isAtEnd: true) }
    if asksAboutAssistant && words.count <= 8 && isSmallTalk(table) { asksForSpeech = true }
  }

  /// A few words to the assistant itself: greetings and offers are their answer. "How do you clean
  /// a coat?" is none.
  private func isSmallTalk(_ table: WordTable) -> Bool {
    if words.starts(with: Vocabulary.howTo) { return false }
    let kinds = words.map { Classes(rawValue: table.value($0)) }
    for (index, kind) in kinds.enumerated() where kind.contains(.youAlone) {
      return index + 1 == kinds.count || kinds[index + 1].contains(.feelings)
        || (index > 0 && kinds[index - 1].contains(.auxiliaries) && kinds.count <= 4)
    }
    return true
  }

  /// Takes in the last word, which is of these classes, or whose predecessor was of some.
  private func note(_ kind: Classes, _ sentence: inout Sentence) {
    let position = words.count - sentence.start
    if position == 1 {
      sentence.isYesOrNo = kind.contains(.auxiliaries)
      sentence.isInquiry = kind.contains(.inquiries)
    }
    // A text given after a question may have such words too, but hardly as its first.
    if kind.contains(.orders) && (!startsWithInquiry || position <= 4) { sentence.isOrder = true }
    let before = sentence.traits
    noteObject(kind, &sentence, position)
    if sentence.traits != before {
      hasVoice = true
      if position > Self.objectWords { sentence.traits = before }
    }
    if kind.contains(.texts) { sentence.traits.insert(.text) }
    // "Reply to this: …"
    if position == 1 && !sentence.traits.isEmpty && !sentence.isInquiry { sentence.isOrder = true }
    if kind.contains(.polite) { isPolite = true }
    if kind.contains(.repeating) { asksToRepeat = true }
    if kind.contains(.you) {
      if sentence.previous.contains(.requests) {
        // "Could you write …?", but not "if you see …".
        sentence.isYesOrNo = false
        if !sentence.previous.contains(.condition) { sentence.isOrder = true }
      } else {
        asksAboutAssistant = true
      }
    }
  }

  /// What is asked for is named early: "Write a …".
  private static let objectWords = 12

  private func noteObject(
    _ kind: Classes, _ sentence: inout Sentence, _ position: Int
  ) {
    let previous = sentence.previous
    if kind.contains(.speech) { sentence.traits.insert(.speech) }
    if kind.contains(.letters) {
      sentence.traits.insert(previous.contains(.blog) ? .art : .letter)
    }
    // "The letter B" is none.
    if previous.contains(.letter) && kind.contains(.alphabet) { sentence.traits.remove(.letter) }
    if kind.contains(.art) { sentence.traits.insert(.art) }
    if kind.contains(.tales) { sentence.traits.insert(.tale) }
    if previous.contains(.note) && !kind.contains(.noted) { sentence.traits.insert(.letter) }
    if kind.contains(.scripts) { sentence.hasScript = true }
    if kind.contains(.programs) { isAboutPrograms = true }
    if kind.contains(.editing) { sentence.traits.insert(.edit) }
    if kind.contains(.translating) { sentence.traits.insert(.translation) }
    // "You are a captain", "act as one", "imagine you …"
    if kind.contains(.articles) && previous.contains(.being) && position <= 3 {
      asksForSpeech = true
    }
    if previous.contains(.acting) && (kind.contains(.role) || kind.contains(.you)) {
      sentence.traits.insert(.speech)
    }
    // "As a captain, describe …": the answer is spoken by one.
    if previous.contains(.role) && position == 2 && kind.contains(.articles) {
      sentence.traits.insert(.art)
    }
  }

  /// Takes over what a sentence asks for, if it is one that asks.
  private func close(_ sentence: Sentence, isAtEnd: Bool) {
    var traits = sentence.traits
    if sentence.previous.contains(.note) { traits.insert(.letter) }
    if sentence.hasScript && !isAboutPrograms { traits.insert(.speech) }
    if !traits.isEmpty { hasVoice = true }
    if sentence.start == 0 { startsWithInquiry = sentence.isInquiry }
    guard sentence.isOrder || (isAtEnd && !sentence.isInquiry && !startsWithInquiry) else {
      return
    }
    if traits.contains(.speech) { asksForSpeech = true }
    if traits.contains(.letter) { asksForLetter = true }
    if traits.contains(.art) { asksForArt = true }
    if traits.contains(.tale) { asksForTale = true }
    if traits.contains(.edit) { asksToEdit = true }
    if traits.contains(.translation) { asksToTranslate = true }
  }

  /// Whether every one of `words` occurs in the request.
  func has(allOf wanted: [UInt64]) -> Bool {
    wanted.allSatisfy(words.contains)
  }

  /// Whether the request has the first words of a sentence, three at most, in a row.
  func says(_ sentence: [UInt64]) -> Bool {
    let start = sentence.filter { $0 != WordHash.comma }.prefix(3)
    guard let first = start.first, words.count >= start.count else { return false }
    for index in 0...(words.count - start.count) where words[index] == first {
      if words[index..<index + start.count].elementsEqual(start) { return true }
    }
    return false
  }

  /// Whether these words are the whole request, or its one question.
  func isQuestion(_ sentence: [UInt64]) -> Bool {
    if questions.count == 1 && words[questions[0]].elementsEqual(sentence) { return true }
    return questions.count <= 1 && words.elementsEqual(sentence)
  }

  private static func word(_ text: Span<UInt8>, _ index: inout Int) -> UInt64 {
    var hash = WordHash()
    while index < text.count {
      let byte = text[index]
      if byte == 0xE2, TextBytes.has("\u{2019}", text, at: index, text.count) {
        hash.add(UInt8(ascii: "'"))
        index += 3
        continue
      }
      let joins =
        WordHash.joinsLetters(byte) && index + 1 < text.count
        && WordHash.isWordByte(text[index + 1])
      guard WordHash.isWordByte(byte) || joins else { break }
      hash.add(byte)
      index += 1
    }
    return hash.value
  }
}

/// How far a stock phrase must stand from the rest to be cut, by what the request asks for.
enum Distance: Comparable {
  case anywhere
  /// On a line of its own.
  case line
  /// In a paragraph of its own.
  case paragraph
  case never

  /// One step less, where anything but `never` is asked.
  var nearer: Distance {
    switch self {
    case .paragraph: .line
    case .line: .anywhere
    case .anywhere, .never: self
    }
  }
}

extension RequestTraits {
  /// For greetings and thanks at the start.
  var greetings: Distance {
    if asksForSpeech || asksForLetter || (asksToEdit && isPolite) { return .never }
    if asksForArt { return .paragraph }
    return asksToTranslate || asksForTale ? .line : .anywhere
  }

  /// For assent at the start.
  var assents: Distance {
    if asksForSpeech { return .never }
    if asksForLetter || asksForArt { return .paragraph }
    return asksToEdit || asksForTale ? .line : .anywhere
  }

  /// For offers at the start.
  var offers: Distance {
    if asksForSpeech { return .never }
    return asksForLetter || asksToTranslate ? .line : .anywhere
  }

  /// For closers.
  var closings: Distance {
    if asksForSpeech || asksForLetter || (asksToEdit && isPolite) { return .never }
    if asksForArt { return .paragraph }
    return asksToTranslate || asksForTale ? .line : .anywhere
  }

  /// Whether what is said again may be meant.
  var mayRepeat: Bool { asksToRepeat || hasVoice }
}
