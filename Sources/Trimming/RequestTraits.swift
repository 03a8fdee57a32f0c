/// What the user's text asks for, as far as it protects an answer from the trimmer.
///
/// All of it errs to the side of protecting: a word that may stand for a letter, a poem or a
/// rewriting task is enough.
struct RequestTraits {
  /// A letter, message, dialogue, story, poem, speech, role …: greetings and closers belong to it.
  private(set) var asksForVoice = false
  /// To repeat, or to write something several times.
  private(set) var asksToRepeat = false
  /// A question that "Certainly!" can answer.
  private(set) var asksYesOrNo = false
  /// A question to or about the assistant itself.
  private(set) var asksAboutAssistant = false
  /// The hash of every word, in order.
  private(set) var words: [UInt64] = []

  /// - Complexity: O(n) in bytes.
  init(_ text: Span<UInt8>) {
    words.reserveCapacity(text.count / 6 + 4)
    var previous: UInt64 = 0
    var opensSentence = true
    var isYesOrNo = false
    var index = 0
    while index < text.count {
      let byte = text[index]
      guard WordHash.isWordByte(byte) else {
        if byte == UInt8(ascii: "?") && isYesOrNo { asksYesOrNo = true }
        if TextBytes.mark(byte) != .bare || byte == UInt8(ascii: "\n") {
          opensSentence = true
          isYesOrNo = false
        }
        index += 1
        continue
      }
      let word = Self.word(text, &index)
      words.append(word)
      if Self.voice.contains(word) { asksForVoice = true }
      if Self.repeating.contains(word) { asksToRepeat = true }
      if Self.you.contains(word) {
        if Self.requests.contains(previous) { isYesOrNo = false } else { asksAboutAssistant = true }
      }
      if opensSentence && Self.auxiliaries.contains(word) { isYesOrNo = true }
      opensSentence = false
      previous = word
    }
    // Small talk: greetings and offers are its answer.
    if asksAboutAssistant && words.count <= 8 { asksForVoice = true }
  }

  /// Whether every one of `words` occurs in the request.
  func has(allOf wanted: [UInt64]) -> Bool {
    wanted.allSatisfy(words.contains)
  }

  /// Whether the request has the first words of a sentence, three at most, in a row.
  func says(_ sentence: [UInt64]) -> Bool {
    let comma = WordHash.of(UInt8(ascii: ","))
    let start = sentence.filter { $0 != comma }.prefix(3)
    guard let first = start.first, words.count >= start.count else { return false }
    for index in 0...(words.count - start.count) where words[index] == first {
      if words[index..<index + start.count].elementsEqual(start) { return true }
    }
    return false
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

  private static func set(_ words: String) -> Set<UInt64> {
    Set(words.split(separator: " ").map { WordHash.of($0) })
  }

  private static let voice = set(
    """
    letter letters email emails e-mail e-mails mail message messages sms memo note script scripts \
    screenplay play dialogue dialogues dialog conversation conversations chat chats chatbot \
    transcript interview speech speeches toast monologue eulogy sermon story stories tale fable \
    narrative fiction novel scene poem poems poetry verse verses rhyme haiku sonnet limerick song \
    songs lyrics rap quote quotes quotation caption captions tweet tweets post posts reply replies \
    respond greeting greetings invitation invite announcement advertisement ad ads slogan welcome \
    farewell testimonial podcast voicemail webinar video presentation roleplay role-play role \
    pretend act character persona imagine impersonate customer rewrite rephrase paraphrase \
    translate translation correct edit proofread grammar grammatical sentence sentences phrase \
    phrases hello hi hey goodbye continue complete introduce introduction yourself pitch recruiter \
    interviewer asking telling polite
    """)
  private static let repeating = set(
    """
    repeat repeats repeated repetition repeating times twice thrice again chorus refrain loop poem \
    poems song songs lyrics rap verse chant mantra
    """)
  private static let you = set("you your yourself")
  private static let requests = set("can could would will if thank")
  private static let auxiliaries = set(
    """
    is are am was were do does did can could will would should shall may might must has have had \
    isn't aren't doesn't don't didn't can't couldn't won't wouldn't shouldn't
    """)
}
