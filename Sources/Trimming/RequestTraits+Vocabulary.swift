extension RequestTraits {
  /// What a word of a request can be. A word can be several things.
  struct Classes: OptionSet {
    let rawValue: UInt32

    static let speech = Classes(rawValue: 1 << 0)
    static let letters = Classes(rawValue: 1 << 1)
    static let art = Classes(rawValue: 1 << 2)
    static let tales = Classes(rawValue: 1 << 3)
    static let programs = Classes(rawValue: 1 << 4)
    static let scripts = Classes(rawValue: 1 << 5)
    static let noted = Classes(rawValue: 1 << 6)
    static let acting = Classes(rawValue: 1 << 7)
    static let feelings = Classes(rawValue: 1 << 8)
    static let editing = Classes(rawValue: 1 << 9)
    static let texts = Classes(rawValue: 1 << 10)
    static let polite = Classes(rawValue: 1 << 11)
    static let translating = Classes(rawValue: 1 << 12)
    static let repeating = Classes(rawValue: 1 << 13)
    static let inquiries = Classes(rawValue: 1 << 14)
    static let orders = Classes(rawValue: 1 << 15)
    static let alphabet = Classes(rawValue: 1 << 16)
    static let articles = Classes(rawValue: 1 << 17)
    static let you = Classes(rawValue: 1 << 18)
    static let being = Classes(rawValue: 1 << 19)
    static let requests = Classes(rawValue: 1 << 20)
    static let auxiliaries = Classes(rawValue: 1 << 21)
    static let note = Classes(rawValue: 1 << 22)
    static let blog = Classes(rawValue: 1 << 23)
    static let condition = Classes(rawValue: 1 << 24)
    static let letter = Classes(rawValue: 1 << 25)
    static let role = Classes(rawValue: 1 << 26)
    static let youAlone = Classes(rawValue: 1 << 27)
  }

  /// The words that requests are read by.
  enum Vocabulary {
    static let howTo = [WordHash.of("how"), WordHash.of("to")]

    /// The classes of every word that has any.
    static let table: WordTable = {
      var classes: [UInt64: UInt32] = [:]
      for (kind, words) in lists {
        for word in words.split(separator: " ") {
          classes[WordHash.of(word), default: 0] |= kind.rawValue
        }
      }
      return WordTable(classes)
    }()

    private static let lists: [(Classes, String)] = [
      // Something that is said to someone.
      (
        .speech,
        """
        screenplay dialogue dialogues dialog dialogs conversation conversations chat chats \
        chatbot transcript monologue scene reply replies respond response responses greet \
        greeting greetings invitation invite farewell podcast voicemail roleplay role-play \
        pretend impersonate introduce introduction pitch asking telling saying say sms \
        apologize apology congratulate welcome simulate assistant negotiate persona voice \
        interview serve
        """
      ),
      (
        .letters,
        """
        letter letters email emails e-mail e-mails mail message messages memo postcard post \
        posts announcement advertisement ad ads testimonial speech speeches toast eulogy \
        sermon webinar newsletter
        """
      ),
      (
        .art,
        """
        poem poems poetry tweet tweets caption captions verse verses rhyme haiku sonnet \
        limerick song songs lyrics rap joke jokes riddle diary journal blog review reviews \
        profile bio slogan survey questionnaire role character characters
        """
      ),
      (
        .tales,
        """
        story stories tale tales fable fables narrative narratives fiction novel anecdote
        """
      ),
      // What a script can be for that nobody speaks.
      (
        .programs,
        """
        python bash shell javascript js php perl ruby powershell sql html css code program \
        programming function variable command file files database json api
        """
      ),
      (.scripts, "script scripts"),
      // After "note" it is something to do, not something to write.
      (.noted, "down the that which all any how if"),
      // Before "as" or "you" they give a role: "act as", "imagine you are".
      (.acting, "act imagine suppose assume behave speak talk work serve"),
      // After "you" in small talk: "How are you feeling?"
      (
        .feelings,
        """
        are feel feeling like think do doing love want have know enjoy remember be believe \
        prefer today hate dream live speak
        """
      ),
      (
        .editing,
        """
        translate translated translation continue rewrite rephrase paraphrase edit proofread \
        revise reword transform
        """
      ),
      // Pieces of text, and work on them that adds no stock phrases.
      (
        .texts,
        """
        sentence sentences phrase phrases quote quotes quotation paragraph grammar grammatical \
        grammatically correct complete essay
        """
      ),
      (
        .polite,
        """
        hello hi hey dear regards sincerely thank thanks hope hopefully hesitate polite \
        politely welcome greetings formal formally informal informally casual tone \
        professional friendly
        """
      ),
      // Work that may bring in words that the request does not have.
      (.translating, "translate translated translation continue"),
      (
        .repeating,
        """
        repeat repeats repeated repetition repeating times twice thrice again chorus refrain \
        loop poem poems song songs lyrics rap verse chant mantra
        """
      ),
      // First words of sentences that ask for information about a letter, not for a letter.
      (
        .inquiries,
        """
        what how why which who whom whose when where explain describe list name identify \
        summarize define compare classify categorize analyze analyse is are was were does do \
        did calculate convert sort find evaluate assess determine detect extract tell select \
        choose decipher decode critique review rank predict answer solve
        """
      ),
      // Words that ask for something to be made, wherever they stand.
      (
        .orders,
        """
        write compose draft create generate craft pen formulate pretend roleplay role-play
        """
      ),
      // What the word "letter" before them stands for.
      (.alphabet, "a b c d e f g h j k l m n o p q r s t u v w x y z"),
      (.articles, "a an"),
      (.you, "you your yourself you're"),
      (.being, "are you're"),
      (.requests, "can could would will if thank"),
      (
        .auxiliaries,
        """
        is are am was were do does did can could will would should shall may might must has \
        have had isn't aren't doesn't don't didn't can't couldn't won't wouldn't shouldn't
        """
      ),
      (.note, "note"),
      (.blog, "blog"),
      (.condition, "if"),
      (.letter, "letter"),
      (.role, "as"),
      (.youAlone, "you"),
    ]
  }
}
