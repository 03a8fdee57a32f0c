extension Phrases {
  static let englishClosers = [
    // Hopes.
    Phrase(
      .closer, "i|we? hope|hopefully|trust this|these *4 {helps} *", [.statement, .bare]),
    Phrase(.closer, "i|we? hope|hopefully|trust that|it ~1 {helps} *", [.statement, .bare]),
    Phrase(
      .closer, "i|we? hope|hopefully this|that|these|it is|are|was *2 {helps} *", .statement),
    Phrase(.closer, "i hope this|these|my ~5 {serves} *", .statement),
    Phrase(.closer, "i hope that|it|the {answer}? {serves} *", .statement),
    Phrase(.closer, "i hope that|it|the|my {answer} is|are|was *2 {helps} *", .statement),
    Phrase(.closer, "i hope this|that|it is|was|were what you *4", .statement),
    Phrase(
      .closer, "i hope you find|found|enjoy|enjoyed|like|liked ~1 this|that|it|these ~6", .statement
    ),
    Phrase(.closer, "i hope i|i've was|have? ~2 answered|able|helped ~8", .statement),

    // Invitations.
    Phrase(
      .closer,
      """
      and|so|but|also|otherwise? ,? please? do? just? let me|us know \
      if|whether you|you'd|you've|you're|there's|there|i|i'm|i've|we|this|that|these|it *
      """,
      .statement),
    Phrase(
      .closer,
      "please? just? let me|us know if anything|something|any ~3 unclear|clear|else|confusing *",
      .statement),
    Phrase(
      .closer,
      "please? just? let me|us know how|what|which|whether|when|where i|you|you'd|you're|else *",
      .statement),
    Phrase(
      .closer,
      "please? do? just? let me|us know your ~2 thoughts|preferences|preference|opinion|choice *",
      .statement),
    Phrase(.closer, "please? do? just? let me|us know <promise>?", .statement),
    Phrase(.closer, "please? let me|us know ,? and i'll|i|we'll|we *", .statement),
    Phrase(.closer, "and|so|also|but? please? feel free to <asking>", [.statement, .bare]),
    Phrase(.closer, "and|so|also|but? please? feel free to <asking> , <invite>", .statement),
    Phrase(.closer, "please? feel free to <asking> <promise>", .statement),
    Phrase(
      .closer, "please? feel free to share|provide|send|ask it|them|that with? me|us? ,? <promise>",
      .statement),
    Phrase(.closer, "and|also? please? do? don't|not hesitate to <asking>", .statement),
    Phrase(.closer, "please? do? don't|not hesitate to <asking> ,? <promise>", .statement),
    Phrase(.closer, "<also>? <condition> , <invite>", .statement),
    Phrase(.closer, "<also>? <condition> <invite>", .statement),
    Phrase(.closer, "<also>? <condition> , <invite> , <promise>", .statement),
    Phrase(.closer, "<also>? <condition> , <invite> <promise>", .statement),
    Phrase(.closer, "just? ask|reach if you have|need {more} *3 {queries} *", .statement, .weak),

    // Questions back.
    Phrase(.closer, "is there anything|something|anyone ~1 else|more *", .question),
    Phrase(.closer, "is there any? other|further|more *", .question),
    Phrase(.closer, "do you have {more} *2 {queries} *", .question),
    Phrase(.closer, "would you like me to *", .question),
    Phrase(
      .closer,
      "would you like to know|see|learn|hear|explore|discuss|ask {more}|how|about|anything *",
      .question),
    Phrase(.closer, "how|what else? can|may i help|assist|do for? you *", .question),
    Phrase(.closer, "what else can|may i help|assist|do *", .question),
    Phrase(.closer, "can|may i help|assist you ~2 with anything|something else ~4", .question),
    Phrase(.closer, "does this|that|it help|answer|make *6", .question),
    Phrase(.closer, "do you need {more}|help|assistance *4", .question),
    Phrase(.closer, "any other|more|further {queries}", .question),

    // Offers.
    Phrase(
      .closer, "remember? ,? i'm|i am? always|still? here to {help}|provide|answer *", .statement),
    Phrase(
      .closer, "i'd|i'll|i be|would|will? be? {happy} to help|assist|answer|provide|clarify *",
      .statement),
    Phrase(
      .closer, "i'm|i am? always|more? than? {happy} to help|assist|answer|clarify *", .statement),
    Phrase(.closer, "i'll|i will? do|try my best to help|assist|answer|provide *", .statement),
    Phrase(.closer, "{happy} to help *3", .statement),
    Phrase(
      .closer, "i|i'm am? look|looking forward to hearing|helping|assisting|your *6", .statement),

    // Wishes and thanks: only beside one of the above.
    Phrase(.closer, "good luck *8", .statement, .weak),
    Phrase(.closer, "best of luck *8", .statement, .weak),
    Phrase(.closer, "remember ,? to|it's|it|that * {moral} *", .statement, .weak),
    Phrase(
      .closer, "please? note|remember|keep in? mind? that? i'm|i am? ~2 ai *", .statement),
    Phrase(.closer, "all the best", .statement, .weak),
    Phrase(.closer, "have a {nice}|lovely|nice *3", .statement, .weak),
    Phrase(.closer, "have fun ~5", .statement, .weak),
    Phrase(.closer, "enjoy ~4", .exclaim, .weak),
    Phrase(.closer, "happy ~2", .exclaim, .weak),
    Phrase(.closer, "take care ~3", .statement, .weak),
    Phrase(.closer, "stay safe ~3", .statement, .weak),
    Phrase(.closer, "you're|you are? very|most? welcome", .statement, .weak),
    Phrase(.closer, "thank you|thanks for? asking|reading|understanding *2", .statement, .weak),
    Phrase(
      .closer, "thank|thanks you? for your|considering|using *2 ~3", .statement, .weak),
    Phrase(.closer, "thank you|thanks *1", .exclaim, .weak),

    // Good conduct, recited.
    Phrase(
      .closer, "please? note|remember|keep|ensure * {toxic} , {toxic} , *", .statement),
    Phrase(
      .closer, "i strive|aim|try|cannot|can't|will|am|have *12 {toxic} , {toxic} , *", .statement,
      .weak),

    // Summaries, reminders, wishes: only about something else than the answer.
    Phrase(.closer, "overall *", .statement, .straySummary),
    Phrase(
      .closer, "in|to conclusion|summary|short|closing|sum|summarize|conclude *", .statement,
      .straySummary),
    Phrase(.closer, "all in all *", .statement, .straySummary),
    Phrase(.closer, "i hope|trust *", .statement, .straySummary),
    Phrase(.closer, "remember *", .statement, .stray),
    Phrase(.closer, "please|kindly just? note|remember|keep *", .statement, .stray),
    Phrase(.closer, "feel free *", .statement, .stray),
    Phrase(.closer, "good|best of? luck *", .statement, .strayWish),
  ]
}
