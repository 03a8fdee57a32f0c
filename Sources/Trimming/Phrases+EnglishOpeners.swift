extension Phrases {
  static let englishOpeners = [
    // Greetings.
    Phrase(.greeting, "hello|hi|hey|greetings there|again|friend?", .exclaim),
    Phrase(.greeting, "hello|hi|hey|greetings there?", .stop),
    Phrase(.greeting, "hello|hi|hey there? ,", .bare),
    Phrase(.greeting, "good morning|afternoon|evening|day", .statement),
    Phrase(
      .greeting, "hello|hi|hey there? , i'm|i am? here|happy|glad to {help} ~6", .statement),
    Phrase(.greeting, "hello|hi|hey there? , and? thank|thanks you? for *8", .statement),
    Phrase(
      .greeting,
      """
      thank|thanks you? so|very? much? for your|the|this ~4 \
      question|questions|query|queries|inquiry|prompt|message|words|interest|patience ~3
      """,
      .statement),
    Phrase(
      .greeting,
      """
      thank|thanks you? so|very? much? for \
      asking|reaching|providing|sharing|contacting|bringing|entrusting|clarifying|considering *14
      """,
      .statement),
    Phrase(.greeting, "{nice} question|choice|topic|idea", .statement),
    Phrase(
      .greeting, "that's|that|this is? a|an really|very|such? {nice} question|topic", .statement),
    Phrase(.greeting, "what a|an {nice} question|topic|idea", .statement),
    Phrase(.greeting, "welcome", .exclaim),

    // Assent that stands alone.
    Phrase(.preamble, "{yes} thing?", .statement, .mayAnswer),
    Phrase(.preamble, "of course", .statement, .mayAnswer),
    Phrase(.preamble, "no problem", .statement),
    Phrase(.preamble, "with pleasure", .statement),
    Phrase(.preamble, "my pleasure", .statement),
    Phrase(.preamble, "happy to help", .statement),
    Phrase(.preamble, "by all means", .statement, .mayAnswer),
    Phrase(.preamble, "you got it", .statement),

    // Handing over: "Sure, here is …".
    Phrase(.preamble, "<sure> ,? <is> ~", [.colon, .statement], .delivers),
    Phrase(
      .preamble,
      "<sure> ,? <is> ~ , a|an|the|and|or|with|along|except|ensuring|keeping|inspired|to|that *",
      .colon, .delivers),
    Phrase(.preamble, "<sure> ,? the|this|these|my|let's|i've *", .colon, .delivers),
    Phrase(.preamble, "<sure> ,? you|we can * following *", .colon, .delivers),
    Phrase(.preamble, "<is> the|your|a|an *2 {made} *8", .colon, .delivers),
    Phrase(.preamble, "<is> the|your|a|an *4 you requested|wanted", .colon, .delivers),
    Phrase(.preamble, "<is> the|your|a|an *4 you asked for|about?", .colon, .delivers),
    Phrase(.preamble, "<is> what you ~3 asked|requested|wanted ~2", .colon, .delivers),
    Phrase(.preamble, "<is> what i|i've came|come have? up with", .colon, .delivers),
    Phrase(
      .preamble, "<is> my|one ~2 attempt|try|take|answer|response|suggestion|version ~8", .colon,
      .delivers),
    Phrase(.preamble, "here you go", [.colon, .statement], .delivers),
    Phrase(.preamble, "here it is", [.colon, .exclaim], .delivers),
    Phrase(.preamble, "as you? asked|requested|promised|instructed ~2 , <is> *", .colon, .delivers),
    Phrase(.preamble, "as? per your request ,? *8", .colon, .delivers),
    Phrase(.preamble, "based on the|your|this * {given} * , <is> *", .colon, .delivers),
    // A bare announcement may be the heading of what follows; after assent it is not needed. What
    // stands behind a comma ("ranked by price") may say how to read it.
    Phrase(.preamble, "<is> ~", .colon, .weak),
    Phrase(.preamble, "the following {be} ~", .colon, .weak),
    Phrase(.preamble, "below you will|can|you'll find ~", [.colon, .stop], .weak),

    // Offers before the answer.
    Phrase(.preamble, "<sure> ,? <glad> {produce} *", [.colon, .statement]),
    Phrase(.preamble, "<sure> ,? <able> {produce} *", .colon),
    Phrase(.preamble, "<sure> ,? <able> {help} *", .statement),
    Phrase(.preamble, "<sure> ,? <able> {produce} ~", .statement),
    Phrase(.preamble, "<sure> ,? <able> {name} *", .colon),
    Phrase(.preamble, "<sure> ,? <able> {name} you? ~1 some|a|several|few|more ~8", .statement),
    Phrase(.preamble, "<sure> , {would} {happy} for|that *6", .statement),
    Phrase(.preamble, "<sure> , i'm|we're always? here to {help} *6", .statement),
    Phrase(.preamble, "{would} be? {happy} to {produce} *", [.colon, .statement]),
    Phrase(.preamble, "i would|will be {happy} to {produce} *", [.colon, .statement]),
    Phrase(.preamble, "i am {happy} to {help} *", [.colon, .statement]),
    Phrase(.preamble, "i'm|i am? here to {help} *8", .statement),
    Phrase(.preamble, "i|we can certainly|definitely? {help} you? with *4", .statement),
    Phrase(
      .preamble, "i'll|i|we'll|we will|can? do|try my|our best to {produce} *", .statement),
    Phrase(.preamble, "let|allow me to? {help} ~8", [.colon, .statement]),
    Phrase(.preamble, "let me {produce} ~2 that|this|it for? you?", [.colon, .statement]),
    Phrase(.preamble, "let's get started", [.colon, .statement]),
    Phrase(.preamble, "let's dive in|into *4", [.colon, .statement]),
    Phrase(.preamble, "i hope you are|you're doing well", .statement),
    Phrase(.preamble, "i understand|see your question|request|concern", .statement),

    // The model speaks of itself.
    Phrase(
      .selfReference,
      "as an? *2 ai *3 , i do|don't not? have|hold|possess *2 {inner} ~8", .stop, .aboutAssistant),
    Phrase(
      .selfReference,
      "as a *1 language model *2 , i do|don't not? have|hold|possess *2 {inner} ~8", .stop,
      .aboutAssistant),
    Phrase(
      .selfReference,
      "as an? *2 ai *3 , i am|i'm not capable of having *2 {inner} ~8", .stop, .aboutAssistant),
    Phrase(
      .selfReference,
      "as an? *2 ai|model *3 , i do|don't not? have *2 {inner} * , but <is> *", .colon,
      .aboutAssistant),
    Phrase(
      .selfReference,
      "as an? *2 ai|model *3 , i do|don't not? have *2 {inner} * , but i can {produce} *", .stop,
      .aboutAssistant),
    Phrase(.selfReference, "i am|i'm just? an ai ~4", .stop, .aboutAssistant),

    // Announcements, references, apologies: only about something else than request and answer.
    Phrase(.preamble, "<sure> ,? <is>? *", .colon, .strayAnnouncement),
    Phrase(.preamble, "<is> *", .colon, .strayAnnouncement),
    Phrase(
      .preamble, "<sure> ,? i|i'm|i'll|i've|i'd|we|we'll|let's|let|here|here's|below|you *",
      .statement, .stray),
    Phrase(.preamble, "<is> *", [.colon, .statement], .stray),
    Phrase(.preamble, "these|those|the ~3 are|is|may|could|should|can|include *", .colon, .stray),
    Phrase(
      .preamble, "based|according|judging|going on|to|from|by *", [.colon, .statement], .stray),
    Phrase(
      .preamble, "from|given|considering|in the|this|your *", .colon, .stray),
    Phrase(.preamble, "i'm|i am? so|very|truly? sorry *", .statement, .stray),
    Phrase(.preamble, "i apologize|understand|appreciate *", .statement, .stray),
    Phrase(.preamble, "sorry|unfortunately|apologies *", .statement, .stray),
    Phrase(.greeting, "thank|thanks you? *", .statement, .stray),
    Phrase(.selfReference, "as|i'm|i am? just? a|an *4 ai|model|assistant *", .statement, .stray),
  ]
}
