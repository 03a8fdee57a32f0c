extension RequestTraits {
  /// The words that requests are read by.
  enum Vocabulary {
    private static func set(_ words: String) -> Set<UInt64> {
      Set(words.split(separator: " ").map { WordHash.of($0) })
    }

    static let speech = set(
      """
      script scripts screenplay dialogue dialogues dialog dialogs conversation conversations \
      chat chats chatbot transcript interview monologue scene reply replies respond response \
      responses greet greeting greetings invitation invite farewell podcast voicemail roleplay \
      role-play role pretend act character persona imagine impersonate introduce introduction \
      pitch recruiter interviewer asking telling saying sms apologize apology congratulate \
      simulate assistant negotiate customer client serve
      """)
    static let letters = set(
      """
      letter letters email emails e-mail e-mails mail message messages memo note postcard post \
      posts tweet tweets caption captions announcement advertisement ad ads testimonial review \
      reviews profile bio slogan speech speeches toast eulogy sermon webinar newsletter survey \
      form questionnaire
      """)
    static let art = set(
      """
      story stories tale tales fable fables narrative narratives fiction novel poem poems \
      poetry verse verses rhyme haiku sonnet limerick song songs lyrics rap joke jokes riddle \
      anecdote diary journal blog
      """)
    static let editing = set(
      """
      translate translated translation continue rewrite rephrase paraphrase edit proofread revise \
      reword transform
      """)
    /// Pieces of text, and work on them that adds no stock phrases.
    static let texts = set(
      """
      sentence sentences phrase phrases quote quotes quotation paragraph grammar grammatical \
      grammatically correct complete essay
      """)
    static let polite = set(
      """
      hello hi hey dear regards sincerely thank thanks hope hopefully hesitate polite politely \
      welcome greetings formal formally informal informally casual tone professional friendly
      """)
    /// Work that may bring in words that the request does not have.
    static let translating = set("translate translated translation continue")
    static let repeating = set(
      """
      repeat repeats repeated repetition repeating times twice thrice again chorus refrain \
      loop poem poems song songs lyrics rap verse chant mantra
      """)
    /// First words of sentences that ask for information about a letter, not for a letter.
    static let inquiries = set(
      """
      what how why which who whom whose when where explain describe list name identify \
      summarize define compare classify categorize analyze analyse is are was were does do did \
      calculate convert sort find evaluate assess determine detect extract tell select choose \
      decipher decode critique review rank predict answer solve
      """)
    /// Words that ask for something to be made, wherever they stand.
    static let orders = set(
      "write compose draft create generate craft pen formulate pretend roleplay role-play")
    static let howTo = [WordHash.of("how"), WordHash.of("to")]
    static let role = WordHash.of("as")
    static let articles = set("a an")
    static let you = set("you your yourself")
    static let requests = set("can could would will if thank")
    static let auxiliaries = set(
      """
      is are am was were do does did can could will would should shall may might must has have \
      had isn't aren't doesn't don't didn't can't couldn't won't wouldn't shouldn't
      """)
  }
}
