/// The phrase knowledge of the trimmer: rules for how fluff sentences are built. Data, no code.
///
/// A pattern is a row of elements, separated by spaces, that must match one whole sentence, its
/// end mark left out. Words are compared in lower case; a typographic apostrophe equals a straight
/// one; each punctuation character inside the sentence is an element like a word.
///
/// | element | matches |
/// |---|---|
/// | `help` | that word |
/// | `help\|assist` | one of the words |
/// | `{happy}` | one of the words of the class `happy` below |
/// | `,?` | what stands before the question mark, or nothing |
/// | `*` | any run of words and commas, also none |
/// | `*4` | the same, at most four |
///
/// Which sentences are looked at, what protects them and when a match is cut: `Trimmer`.
/// Another language is another `Phrases` value, added to `Phrases.all`.
struct Phrases: Sendable {
  /// The words of each `{class}`, separated by spaces.
  let classes: [String: String]
  /// Sentences at the start of an assistant text.
  let openers: [Phrase]
  /// Sentences at its end.
  let closers: [Phrase]
  /// Words that lean on what came before: a rest that begins with one cannot stand alone.
  let leaning: String

  static let all = [english]
}

/// One rule of the table.
struct Phrase: Sendable {
  let kind: EditKind
  let pattern: String
  /// The end marks with which the sentence may end.
  let ends: SentenceEnds
  /// What else must hold for the cut.
  var condition = PhraseCondition.none

  init(_ kind: EditKind, _ pattern: String, _ ends: SentenceEnds, _ condition: PhraseCondition) {
    self.kind = kind
    self.pattern = pattern
    self.ends = ends
    self.condition = condition
  }

  init(_ kind: EditKind, _ pattern: String, _ ends: SentenceEnds) {
    self.init(kind, pattern, ends, .none)
  }
}

/// What must hold, beyond the match, before a sentence is cut.
enum PhraseCondition: Sendable {
  case none
  /// It may be the answer to a yes-or-no question: cut only where none was asked, or where a
  /// further opener follows.
  case mayAnswer
  /// It hands over what was ordered ("Sure, here is the email:"), so that it may be cut even where
  /// greetings and closers belong to what was ordered.
  case delivers
  /// Cut only together with a closer that has no such condition.
  case weak
  /// Not where the request asks about the assistant.
  case aboutAssistant
}

/// A set of sentence ends.
struct SentenceEnds: OptionSet, Sendable {
  let rawValue: UInt8
  static let stop = SentenceEnds(rawValue: 1)
  static let exclaim = SentenceEnds(rawValue: 2)
  static let question = SentenceEnds(rawValue: 4)
  /// A colon that ends its line.
  static let colon = SentenceEnds(rawValue: 8)
  /// Nothing: the line ends without a mark.
  static let bare = SentenceEnds(rawValue: 16)
  static let statement: SentenceEnds = [.stop, .exclaim]
}

extension Phrases {
  static let english = Phrases(
    classes: [
      "yes": "sure certainly absolutely definitely gladly okay ok alright",
      "nice": "great good excellent interesting fantastic wonderful thoughtful important",
      "happy": "happy glad delighted pleased excited",
      "would": "i'd i'll i'm we'd we'll",
      "be": "is are",
      "here": "here's below's",
      "helps": "help helps helped helpful useful clarifies clarify answers informative",
      "produce":
        """
      help assist do try answer provide give write create generate make explain describe \
      suggest recommend list show share summarize rewrite rephrase repeat translate design \
      craft draft compose solve continue complete plan prepare offer walk guide
      """,
      "made":
        """
      revised rewritten corrected edited modified updated improved rephrased paraphrased \
      completed requested translated reworded simplified shortened
      """,
      "more": "any other further additional more",
      "queries": "question questions query queries concern concerns doubt doubts",
      "inner":
        """
      personal feelings emotions opinions beliefs preferences experiences experience \
      consciousness body
      """,
    ],
    openers: [
      // Greetings.
      Phrase(.greeting, "hello|hi|hey|greetings there|again|friend?", .exclaim),
      Phrase(.greeting, "hello|hi|hey|greetings there?", .stop),
      Phrase(.greeting, "good morning|afternoon|evening|day", .statement),
      Phrase(.greeting, "thank you so? much? for your *3 {queries}|inquiry", .statement),
      Phrase(.greeting, "thanks for the|your *2 {queries}|inquiry", .statement),
      Phrase(.greeting, "thank you|thanks for asking", .statement),
      Phrase(.greeting, "thanks for asking", .statement),
      Phrase(.greeting, "thank you for reaching out *5", .statement),
      Phrase(.greeting, "thank you for providing *12", .statement),
      Phrase(.greeting, "{nice} question", .statement),
      Phrase(.greeting, "that's|that is? a|an really|very? {nice} question", .statement),
      Phrase(.greeting, "what a|an {nice} question", .statement),

      // Assent that stands alone.
      Phrase(.preamble, "{yes} thing?", .statement, .mayAnswer),
      Phrase(.preamble, "of course", .statement, .mayAnswer),
      Phrase(.preamble, "no problem", .statement),
      Phrase(.preamble, "with pleasure", .statement),
      Phrase(.preamble, "my pleasure", .statement),

      // Handing over: "Sure, here is …".
      Phrase(.preamble, "{yes} thing? , here {be} *", [.colon, .statement], .delivers),
      Phrase(.preamble, "{yes} thing? , {here} *", [.colon, .statement], .delivers),
      Phrase(.preamble, "{yes} thing? , below {be} *", [.colon, .statement], .delivers),
      Phrase(.preamble, "of course , here {be} *", [.colon, .statement], .delivers),
      Phrase(.preamble, "of course , {here} *", [.colon, .statement], .delivers),
      Phrase(.preamble, "here {be} the|your|a|an *2 {made} *8", .colon, .delivers),
      Phrase(.preamble, "{here} the|your|a|an *2 {made} *8", .colon, .delivers),
      Phrase(.preamble, "here {be} the|your *4 you requested|wanted", .colon, .delivers),
      Phrase(.preamble, "here {be} the|your *4 you asked for", .colon, .delivers),
      Phrase(.preamble, "here you go", [.colon, .statement], .delivers),
      Phrase(.preamble, "here it is", [.colon, .exclaim], .delivers),

      // Offers before the answer.
      Phrase(.preamble, "{yes} thing? , {would} {happy} to *", [.colon, .statement]),
      Phrase(.preamble, "{yes} thing? , {would} be? {happy} to *", [.colon, .statement]),
      Phrase(.preamble, "{yes} thing? , i would be {happy} to *", [.colon, .statement]),
      Phrase(.preamble, "{yes} thing? , i|we can {produce} *", [.colon, .statement]),
      Phrase(.preamble, "{yes} thing? , i|we will {produce} *", [.colon, .statement]),
      Phrase(.preamble, "{yes} thing? , i'll|we'll {produce} *", [.colon, .statement]),
      Phrase(.preamble, "{yes} thing? , i'll do my best to *", [.colon, .statement]),
      Phrase(.preamble, "{yes} thing? , i'm here to help *4", .statement),
      Phrase(.preamble, "{yes} thing? , i'm ready to *4", .statement),
      Phrase(.preamble, "{yes} thing? , let me {produce} *", [.colon, .statement]),
      Phrase(.preamble, "of course , {would} be? {happy} to *", [.colon, .statement]),
      Phrase(.preamble, "of course , i can {produce} *", [.colon, .statement]),
      Phrase(.preamble, "of course , i'll {produce} *", [.colon, .statement]),
      Phrase(.preamble, "i'd|i'll be {happy} to help|assist *", [.colon, .statement]),
      Phrase(.preamble, "i'm|we're {happy} to help|assist *", [.colon, .statement]),
      Phrase(.preamble, "i would|will be {happy} to help|assist *", [.colon, .statement]),
      Phrase(.preamble, "i am {happy} to help|assist *", [.colon, .statement]),
      Phrase(.preamble, "i'm here to help|assist *8", .statement),
      Phrase(.preamble, "i|we can help|assist you with *3", .statement),
      Phrase(.preamble, "i'll do my best to help|assist|answer|provide *", .statement),
      Phrase(.preamble, "let's get started", [.colon, .statement]),
      Phrase(.preamble, "let's dive in|into *4", [.colon, .statement]),

      // The model speaks of itself.
      Phrase(
        .selfReference, "as an? *2 ai *3 , i do not have *2 {inner} *", .stop, .aboutAssistant),
      Phrase(
        .selfReference, "as an? *2 ai *3 , i don't have *2 {inner} *", .stop, .aboutAssistant),
      Phrase(
        .selfReference, "as a *1 language model *2 , i do not have *2 {inner} *", .stop,
        .aboutAssistant),
      Phrase(
        .selfReference, "as a *1 language model *2 , i don't have *2 {inner} *", .stop,
        .aboutAssistant),
    ],
    closers: [
      Phrase(.closer, "i? hope|hopefully this|that|these|it *4 {helps} *", [.statement, .bare]),
      Phrase(.closer, "i? hope|hopefully this|that|these|it is|are|was *2 {helps} *", .statement),
      Phrase(.closer, "i hope you find|found this|that|it|these *2 {helps} *4", .statement),
      Phrase(.closer, "and|so|but? please? do? let me know if|how|whether|what|when *", .statement),
      Phrase(.closer, "please? let me know", .statement),
      Phrase(.closer, "and|so? please? feel free to ask|reach *", [.statement, .bare]),
      Phrase(.closer, "please? feel free to let me know *", .statement),
      Phrase(.closer, "please? feel free to contact me *", .statement),
      Phrase(
        .closer, "please? feel free to provide|share *2 more|additional|further *",
        .statement),
      Phrase(.closer, "please? don't|not hesitate to ask|reach *", .statement),
      Phrase(.closer, "please do not hesitate to ask|reach *", .statement),
      Phrase(
        .closer, "if you've|you *3 {queries} * feel free to ask|reach|let|contact *", .statement),
      Phrase(.closer, "if you've|you *3 {queries} * let me know *", .statement),
      Phrase(
        .closer, "if you've|you *3 {queries} * hesitate to ask|reach|let|contact *",
        .statement),
      Phrase(
        .closer, "if you've|you *3 {queries} * i'd|i'll|i'm|i * {happy} to help|assist *",
        .statement),
      Phrase(.closer, "if you've|you *3 {queries} * just|please? ask", .statement),
      Phrase(
        .closer,
        "if you need|want|require|would|you'd|have {more}|a|like|to * feel free to ask|reach|let *",
        .statement),
      Phrase(.closer, "if you need|want|require|would|have * let me know *", .statement),
      Phrase(.closer, "if there's|there anything|is * else|more * let me know *", .statement),
      Phrase(
        .closer, "if there's|there anything|is * else|more * feel free to ask|let *",
        .statement),
      Phrase(.closer, "is there anything|something|anyone else|more|specific *", .question),
      Phrase(.closer, "is there any other *", .question),
      Phrase(.closer, "do you have {more} *2 {queries} *", .question),
      Phrase(.closer, "would you like me to *", .question),
      Phrase(.closer, "would you like to know more *", .question),
      Phrase(.closer, "how else? can|may i help|assist you *", .question),
      Phrase(.closer, "what else can|may i help|assist|do *", .question),
      Phrase(.closer, "i'm|i am? always|still? here to help|assist *", .statement),
      Phrase(.closer, "i'd|i'll|i be|would|will? be? {happy} to help|assist *", .statement),
      Phrase(.closer, "i'm|i am? always? {happy} to help|assist *", .statement),
      Phrase(.closer, "i'll|i will? do my best to help|assist|answer|provide *", .statement),
      Phrase(.closer, "{happy} to help *3", .statement),
      Phrase(.closer, "just? ask|reach if you have|need {more} *3 {queries} *", .statement, .weak),
      Phrase(.closer, "good luck *6", .statement, .weak),
      Phrase(.closer, "have a {nice} day|time|weekend|evening *1", .statement, .weak),
      Phrase(.closer, "thank you|thanks for? asking|reading|understanding *2", .statement, .weak),
      Phrase(
        .closer, "thank you for your *2 question|inquiry|understanding|patience *2",
        .statement, .weak),
      Phrase(.closer, "thank you|thanks *1", .exclaim, .weak),
    ],
    leaning:
      """
      and but or nor so yet however because although though then therefore thus hence instead \
      otherwise also additionally moreover furthermore nevertheless nonetheless still besides \
      that's which who whose whereas while rather meanwhile similarly likewise consequently \
      unfortunately regardless
      """
  )
}
