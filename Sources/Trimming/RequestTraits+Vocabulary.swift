extension RequestTraits {
  /// The words that requests are read by.
  enum Vocabulary {
    private static func set(_ words: String) -> Set<UInt64> {
      Set(words.split(separator: " ").map { WordHash.of($0) })
    }

    static let speech = set(
      """
      screenplay dialogue dialogues dialog dialogs conversation conversations chat chats \
      chatbot transcript monologue scene reply replies respond response responses greet \
      greeting greetings invitation invite farewell podcast voicemail roleplay role-play \
      pretend impersonate introduce introduction pitch asking telling saying say sms apologize \
      apology congratulate welcome simulate assistant negotiate persona voice interview serve
      """)
    static let letters = set(
      """
      letter letters email emails e-mail e-mails mail message messages memo postcard post posts \
      tweet tweets caption captions announcement advertisement ad ads testimonial speech \
      speeches toast eulogy sermon webinar newsletter
      """)
    static let art = set(
      """
      poem poems poetry verse verses rhyme haiku sonnet limerick song songs lyrics rap joke \
      jokes riddle diary journal blog review reviews profile bio slogan survey questionnaire \
      role character characters
      """)
    static let tales = set(
      """
      story stories tale tales fable fables narrative narratives fiction novel anecdote
      """)
    /// What a script can be for that nobody speaks.
    static let programs = set(
      """
      python bash shell javascript js php perl ruby powershell sql html css code program \
      programming function variable command file files database json api
      """)
    static let scripts = set("script scripts")
    static let note = WordHash.of("note")
    static let blog = WordHash.of("blog")
    /// After "note" it is something to do, not something to write.
    static let noted = set("down the that which all any how if")
    /// Before "as" or "you" they give a role: "act as", "imagine you are".
    static let acting = set("act imagine suppose assume behave speak talk work serve")
    /// After "you" in small talk: "How are you feeling?"
    static let feelings = set(
      """
      are feel feeling like think do doing love want have know enjoy remember be believe prefer \
      today hate dream live speak
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
    static let condition = WordHash.of("if")
    static let letter = WordHash.of("letter")
    static let alphabet = set("a b c d e f g h j k l m n o p q r s t u v w x y z")
    static let howTo = [WordHash.of("how"), WordHash.of("to")]
    static let role = WordHash.of("as")
    static let articles = set("a an")
    static let you = set("you your yourself you're")
    static let youAlone = WordHash.of("you")
    static let being = set("are you're")
    static let requests = set("can could would will if thank")
    static let auxiliaries = set(
      """
      is are am was were do does did can could will would should shall may might must has have \
      had isn't aren't doesn't don't didn't can't couldn't won't wouldn't shouldn't
      """)
  }
}
