extension Phrases {
  static let english = Phrases(
    classes: englishClasses, slots: englishSlots, openers: englishOpeners,
    closers: englishClosers,
    leaning:
      """
      and but or nor so yet however then therefore thus hence instead otherwise also additionally \
      moreover furthermore nevertheless nonetheless still besides that's which who whose whereas \
      rather meanwhile similarly likewise consequently regardless
      """,
    referring: englishReferring, general: englishGeneral,
    salutations: "dear dearest subject hi hello hey good ladies",
    signatures:
      """
      sincerely regards best kind warm warmest warmly respectfully yours love cheers thanks \
      thank cordially always faithfully with many
      """,
    pointing: "here here's below below's the these those",
    pronouns: "its their these those this they them")

  private static let englishClasses = [
    "yes": "sure certainly absolutely definitely gladly okay ok alright",
    "nice": "great good excellent interesting fantastic wonderful thoughtful important fascinating",
    "happy": "happy glad delighted pleased excited thrilled ready",
    "would": "i'd i'll i'm we'd we'll we're",
    "be": "is are",
    "here": "here's below's",
    "helps": "help helps helped helpful useful clarifies clarify answers informative",
    // What an answer does for its reader.
    "serves":
      """
    helps help helped clarifies clears answers gives provides inspires inspired meets fits \
    assists works serves sheds makes gets satisfies addresses explains brings suits captures \
    conveys encourages guides portrays has
    """,
    // What an answer is called by the one who wrote it.
    "answer":
      """
    answer answers information info explanation explanations response responses summary guide \
    list example examples overview breakdown clarification advice template outline translation \
    suggestion suggestions idea ideas tips table code solution story poem email letter
    """,
    "produce":
      """
    help assist do try answer provide give write create generate make explain describe share \
    summarize rewrite rephrase repeat translate design craft draft compose solve continue \
    complete plan prepare walk guide address play clarify find retrieve correct extract analyze \
    convert identify fix format compare classify rank sort check brainstorm come put
    """,
    // The answer may stand in the sentence itself: "I can recommend Emma."
    "name": "suggest recommend list name offer show tell present",
    "made":
      """
    revised rewritten corrected edited modified updated improved rephrased paraphrased \
    completed complete requested translated reworded simplified shortened proofread polished \
    refined reformatted formatted fixed full
    """,
    // What the request gave.
    "given":
      """
    given provided information request input context description details criteria revised \
    requirements you you've
    """,
    "more": "any other further additional more specific follow-up another",
    "queries":
      """
    question questions query queries concern concerns doubt doubts request requests \
    clarification clarifications problem problems feedback
    """,
    "help": "help assist support",
    "need": "need want require would'd would like prefer wish have encounter get run feel",
    // Good conduct, named where nothing is said.
    "moral":
      """
    safe safety safely respect respectful respectfully responsible responsibly positive \
    positivity harmful harmless ethical unethical inclusive inclusivity honest honesty kind \
    kindness patient open-minded empathy
    """,
    "toxic":
      "harmful unethical racist sexist toxic dangerous illegal hateful offensive discriminatory",
    "inner":
      """
    personal feelings emotions opinions beliefs preferences experiences experience \
    consciousness body
    """,
  ]

  private static let englishSlots = [
    // Assent.
    "sure": [
      "{yes} thing?", "of course", "no problem", "not a problem", "by all means",
      "with pleasure", "my pleasure", "great", "you got it", "happy to help", "certainly yes",
    ],
    // "here is", "here's", "below are".
    "is": ["here|below {be}", "{here}", "here you go", "here it is", "below you will|can find"],
    // What one is glad to do: ends before the verb.
    "glad": [
      "{would} be? {happy} to", "i|we am|are {happy} to", "i|we would|will be {happy} to",
      "i|we would|will love to", "i'd love to",
    ],
    // What one can or will do: ends before the verb. The answer may follow in the same sentence.
    "able": [
      "i|we can|could|will certainly|definitely|gladly|try?", "i'll|we'll try?", "let me",
      "allow me to", "i'll|i|we'll|we will? can? do|try my|our best to",
    ],
    // Who and when one asks: nothing that could be someone or something else.
    "asking": [
      "ask|inquire me|us|away? anything? here|below|again?",
      "ask|inquire me? any|anything|more|further|additional|follow-up|another ~",
      "ask|inquire me? for {more}|clarification|help|assistance|guidance ~",
      "ask|inquire me? if you|there|something|anything ~", "ask|inquire me? about {more} ~",
      "ask|inquire me? a|your? ~3 {queries} ~3",
      "reach out|back? again|anytime|directly?", "reach out|back? to me|us ~3",
      "reach out if|for|at|with|any|anytime ~", "contact|message me|us ~4",
      "let me|us know *", "return ~4", "come back ~4",
      """
      share|provide|give|send|include me|us? with? any? ~1 \
      more|additional|further|specific|extra|details|context|information ~
      """,
      "share|provide|give|send it|them|that with? me|us?",
      "clarify|rephrase|restate|specify ~6", "bring them up", "say so",
    ],
    // What the writer promises to do then.
    "promise": [
      "and|so? i'll|i|i'd|i'm|we'll|we will|would|can|could|am|be? ~3 {happy} to *",
      "and|so? i'll|i|we'll|we will|would|can|could? ~3 {help} you|with|further|more? *",
      "and|so? i'll|i|we'll|we will|can? do|try my|our best *",
    ],
    "invite": [
      "please? feel free to <asking>", "please? do? don't|not hesitate to <asking>",
      "please? don't be shy about? ~4", "please? just? let me|us know *",
      "please? just? ask me|us|away?", "i'm|i am always? here ~3 to {help} ~4", "i'm|i am here",
      "i'm|i am? all ears", "i'm|i am? just a ~3 away", "<promise>",
    ],
    "also": ["and|so|but|also|additionally|alternatively|otherwise ,?", "of course ,"],
    // "If you have any other questions".
    "condition": [
      "if|should you have|had|encounter|get|run ~3 {more}|{queries} *", "if you've ~3 {queries} *",
      "if|should you need|want|require|prefer|wish *", "if you'd|you like|prefer *",
      "if you would like *", "if there's|there is|are? ~2 anything|something|more|else *",
      "if there's|there is|are? {more} *", "if you're|you are? unsure|stuck|interested *",
      "if anything|something|this|that|any|it is|isn't|remains|of? * unclear|clear|confusing *",
    ],
  ]
}
