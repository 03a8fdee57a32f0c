import Testing

@testable import Trimming

/// A text, what surrounds it, and what the trimmer must make of it.
struct TrimCase: Sendable, CustomTestStringConvertible {
  let name: String
  let text: String
  let trimmed: String
  let kinds: [EditKind]
  let request: String
  let role: TextRole

  /// A text that is cut.
  init(
    _ name: String, _ text: String, to trimmed: String, _ kinds: [EditKind],
    request: String = "Explain the water cycle.", role: TextRole = .assistant
  ) {
    self.name = name
    self.text = text
    self.trimmed = trimmed
    self.kinds = kinds
    self.request = request
    self.role = role
  }

  /// A text that stays as it is.
  init(
    keeps name: String, _ text: String, request: String = "Explain the water cycle.",
    role: TextRole = .assistant
  ) {
    self.init(name, text, to: text, [], request: request, role: role)
  }

  var testDescription: String { name }
}

extension TrimCase {
  private static let body = "Water rises as vapour. It falls as rain."

  static let openers: [TrimCase] = [
    TrimCase("assent", "Sure! \(body)", to: body, [.preamble]),
    TrimCase("assent of two words", "Of course! \(body)", to: body, [.preamble]),
    TrimCase("assent with a full stop", "Certainly. \(body)", to: body, [.preamble]),
    TrimCase("sure thing", "Sure thing! \(body)", to: body, [.preamble]),
    TrimCase(
      "handing over", "Sure, here is a short explanation:\n\n\(body)", to: body, [.preamble]),
    TrimCase("handing over, short form", "Sure, here's how:\n\(body)", to: body, [.preamble]),
    TrimCase(
      "a typographic apostrophe", "Sure, here’s a summary:\n\n\(body)", to: body, [.preamble]),
    TrimCase(
      "assent, then handing over", "Certainly! Here is the revised text:\n\n\(body)", to: body,
      [.preamble, .preamble]),
    TrimCase(
      "what was made", "Here's the corrected paragraph:\n\n\(body)", to: body, [.preamble]),
    TrimCase(
      "an offer", "I'd be happy to help you with that! \(body)", to: body, [.preamble]),
    TrimCase(
      "assent with an offer", "Sure, I can help you with that. \(body)", to: body, [.preamble]),
    TrimCase("a greeting", "Hello! \(body)", to: body, [.greeting]),
    TrimCase("a greeting of two words", "Hi there!\n\n\(body)", to: body, [.greeting]),
    TrimCase("praise of the question", "Great question! \(body)", to: body, [.greeting]),
    TrimCase(
      "praise in a sentence", "That's a really good question. \(body)", to: body, [.greeting]),
    TrimCase("thanks", "Thank you for your question! \(body)", to: body, [.greeting]),
    TrimCase(
      "three in a row", "Hello! Thank you for your question. I'd be happy to help! \(body)",
      to: body, [.greeting, .greeting, .preamble]),
    TrimCase("an emoji that closes it", "Sure! 😊 \(body)", to: body, [.preamble]),
    TrimCase(
      "before a list", "Sure, here are some facts:\n\n- Vapour rises.\n- Rain falls.",
      to: "- Vapour rises.\n- Rain falls.", [.preamble]),
    TrimCase(
      "before code", "Sure, here is the code:\n\n```\nshow(1)\n```", to: "```\nshow(1)\n```",
      [.preamble], request: "Give me code that prints 1."),
    TrimCase(
      "a number that the request has", "Sure, here are 3 facts:\n\n\(body)", to: body,
      [.preamble], request: "List 3 facts about rain."),
    TrimCase(
      "a quotation that the request has", "Sure, here is a note on \"rain\":\n\n\(body)",
      to: body, [.preamble], request: "Explain \"rain\"."),
    TrimCase(
      "an email that is handed over",
      "Sure, here is an email draft for you:\n\nDear Ann,\n\nI hope this helps!\n\nBob",
      to: "Dear Ann,\n\nI hope this helps!\n\nBob", [.preamble], request: "Write an email."),
    TrimCase(
      "the model about itself",
      "As an AI language model, I do not have personal opinions. \(body)", to: body,
      [.selfReference]),
    TrimCase(
      "the question again", "How does the water cycle work?\n\n\(body)", to: body,
      [.restatement], request: "How does the water cycle work?"),
    TrimCase(
      "assent, then handing over in short",
      "Of course! Here's the translation you asked for:\n\n\(body)", to: body,
      [.preamble, .preamble], request: "Translate this: Das Wasser steigt auf."),
    TrimCase(
      "assent, then any announcement", "Certainly! Below are the main steps:\n\n\(body)", to: body,
      [.preamble, .preamble]),
    TrimCase(
      "assent, then the following", "Sure! The following is a short account:\n\n\(body)", to: body,
      [.preamble, .preamble]),
    TrimCase(
      "as requested", "As you requested, here is the account:\n\n\(body)", to: body, [.preamble]),
    TrimCase(
      "what was given, then handing over",
      "Based on the details you provided, here's an account:\n\n\(body)", to: body, [.preamble]),
    TrimCase(
      "what one came up with", "Here's what I came up with:\n\n\(body)", to: body, [.preamble]),
    TrimCase(
      "an offer to explain", "I'd be glad to explain the water cycle. \(body)", to: body,
      [.preamble]),
    TrimCase(
      "two offers", "Hello! I'm here to help you with your question. \(body)", to: body,
      [.greeting, .preamble]),
    TrimCase(
      "thanks for what was given", "Thank you for sharing your notes with me! \(body)", to: body,
      [.greeting]),
    TrimCase(
      "an aside that the request has", "Sure, here is the cycle (in brief):\n\n\(body)", to: body,
      [.preamble], request: "Explain the cycle (in brief)."),
    TrimCase(
      "before a rest in lower case on its own line", "Sure!\n\nsin(x) is its derivative.",
      to: "sin(x) is its derivative.", [.preamble]),
    TrimCase(
      "an offer before a letter", "Sure, I'd be happy to help!\n\nDear Ann,\n\nRain fell.",
      to: "Dear Ann,\n\nRain fell.", [.preamble], request: "Write a letter to Ann."),
    TrimCase(
      "a greeting before a letter that greets by itself", "Hello!\n\nDear Ann,\n\nRain fell.",
      to: "Dear Ann,\n\nRain fell.", [.greeting], request: "Write a letter to Ann."),
    TrimCase(
      "an offer before a poem",
      "I'd be happy to write a poem!\n\nThe rain,\nthe rain again.",
      to: "The rain,\nthe rain again.", [.preamble], request: "Write a poem about rain."),
    TrimCase(
      "letters that the request only asks about", "Sure! A letter has a date and a salutation.",
      to: "A letter has a date and a salutation.", [.preamble],
      request: "What are the parts of a letter?"),
    TrimCase(
      "the request's one question again, in other dress",
      "How does the water cycle work ?\n\n\(body)", to: body, [.restatement],
      request: "I read about rain. How does the water cycle work?"),
    TrimCase(
      "after a reasoning block", "<think>\nSure! Rain.\n</think>\n\nSure! \(body)",
      to: "<think>\nSure! Rain.\n</think>\n\n\(body)", [.preamble]),
  ]

  static let closers: [TrimCase] = [
    TrimCase("hope", "\(body)\n\nI hope this helps!", to: body, [.closer]),
    TrimCase("hope without a subject", "\(body) Hope this helps!", to: body, [.closer]),
    TrimCase(
      "further questions", "\(body)\n\nLet me know if you have any further questions.", to: body,
      [.closer]),
    TrimCase("feel free", "\(body) Feel free to ask me anything.", to: body, [.closer]),
    TrimCase(
      "a condition first", "\(body) If you have any other questions, please feel free to ask!",
      to: body, [.closer]),
    TrimCase(
      "two in a row", "\(body)\n\nI hope this is helpful! Please let me know if you need more.",
      to: body, [.closer, .closer]),
    TrimCase(
      "a question", "\(body) Is there anything else you would like to know?", to: body, [.closer]),
    TrimCase("an emoji", "\(body) I hope this helps! 😊", to: body, [.closer]),
    TrimCase(
      "wishes beside a closer", "\(body) Good luck! I hope this helps!", to: body,
      [.closer, .closer]),
    TrimCase(
      "after code", "Use this:\n\n```\na = 1\n```\n\nHope this helps!",
      to: "Use this:\n\n```\na = 1\n```", [.closer]),
    TrimCase(
      "a hope with its object",
      "\(body)\n\nI hope this overview gives you a good idea of the cycle!", to: body, [.closer]),
    TrimCase(
      "an invitation with a promise",
      "\(body)\n\nFeel free to ask, and I'll do my best to assist you.", to: body, [.closer]),
    TrimCase(
      "a condition with two halves",
      """
      \(body)

      If you have any more questions or need further clarification, please don't hesitate to reach \
      out.
      """,
      to: body, [.closer]),
    TrimCase(
      "a condition with an offer",
      "\(body) If you'd like more detail, I'd be happy to expand on any of these points.", to: body,
      [.closer]),
    TrimCase(
      "a question back", "\(body) Do you have any other questions about rain?", to: body,
      [.closer]),
    TrimCase(
      "a fragment in lower case on its own line", "\(body)\n\nfeel free to ask!", to: body,
      [.closer]),
    TrimCase(
      "good conduct among closers",
      "\(body)\n\nI hope this helps! Remember to always be safe and respectful. Good luck! "
        + "Let me know if you have any questions.",
      to: body, [.closer, .closer, .closer, .closer]),
    TrimCase(
      "after a list", "- Rain falls.\n- Snow falls.\n\nHope this helps!",
      to: "- Rain falls.\n- Snow falls.", [.closer]),
    TrimCase(
      "behind the last entry of a list",
      "1. Rain falls.\n2. Snow falls. I hope this helps!", to: "1. Rain falls.\n2. Snow falls.",
      [.closer]),
    TrimCase(
      "below a poem", "The rain,\nthe rain again.\n\nI hope you enjoy this poem!",
      to: "The rain,\nthe rain again.", [.closer], request: "Write a poem about rain."),
    TrimCase(
      "below a rewritten sentence", "The rain falls softly.\n\nLet me know if you need more help.",
      to: "The rain falls softly.", [.closer], request: "Rewrite this sentence: Rain falls soft."),
    TrimCase(
      "both ends", "Sure! \(body)\n\nI hope this helps!", to: body, [.preamble, .closer]),
  ]

  static let repetitions: [TrimCase] = [
    TrimCase(
      "a sentence again", "Vapour rises into the sky. Vapour rises into the sky. Rain falls.",
      to: "Vapour rises into the sky. Rain falls.", [.repetition]),
    TrimCase(
      "a sentence three times",
      "Vapour rises into the sky. Vapour rises into the sky. Vapour rises into the sky.",
      to: "Vapour rises into the sky.", [.repetition, .repetition]),
    TrimCase(
      "a paragraph again",
      """
      The sea warms in the sun, and the vapour of it rises to the sky.

      Rain falls.

      The sea warms in the sun, and the vapour of it rises to the sky.
      """,
      to: "The sea warms in the sun, and the vapour of it rises to the sky.\n\nRain falls.",
      [.repetition]),
  ]

  static let ends: [TrimCase] = [
    TrimCase("white space around", "  \n\(body) \n", to: body, [.whitespace, .whitespace]),
    TrimCase("CRLF at the end", "\(body)\r\n\r\n", to: body, [.whitespace]),
    TrimCase("an end token", "\(body)</s>", to: body, [.templateToken]),
    TrimCase("both sentence tokens", "<s>\(body)</s>", to: body, [.templateToken, .templateToken]),
    TrimCase(
      "a chat token after a line end", "\(body)\n<|im_end|>\n", to: body,
      [.whitespace, .templateToken, .whitespace]),
    TrimCase("a text token", "\(body)<|endoftext|>", to: body, [.templateToken]),
    TrimCase(
      "a heading of the template", "### Response:\n\(body)", to: body,
      [.templateToken, .whitespace]),
    TrimCase(
      "brackets of the template", "[/INST] \(body)", to: body,
      [.templateToken, .whitespace]),
    TrimCase("no input", "\(body)\n<noinput>", to: body, [.whitespace, .templateToken]),
    TrimCase(
      "a user's text", " Explain rain.\n[/INST]", to: "Explain rain.",
      [.whitespace, .whitespace, .templateToken], request: "", role: .user),
    TrimCase(
      "a document", "Rain falls.\n\n<|endoftext|>", to: "Rain falls.",
      [.whitespace, .templateToken], request: "", role: .document),
    TrimCase(
      "a turn with its role and line end", "<|im_start|>assistant\n\(body)<|im_end|>", to: body,
      [.templateToken, .whitespace, .templateToken]),
    TrimCase(
      "a turn with a header",
      "<|start_header_id|>assistant<|end_header_id|>\n\n\(body)<|eot_id|>", to: body,
      [.templateToken, .whitespace, .templateToken]),
    TrimCase(
      "a turn of the model", "<start_of_turn>model\n\(body)<end_of_turn>", to: body,
      [.templateToken, .whitespace, .templateToken]),
    TrimCase(
      "a turn before a word that begins as a role does", "<|im_start|>users differ.",
      to: "users differ.", [.templateToken]),
    TrimCase(
      "a turn that was opened and left", "\(body)<|im_end|>\n<|im_start|>user", to: body,
      [.templateToken, .whitespace, .templateToken]),
    TrimCase(
      "many empty lines", "Vapour rises.\n\n\n\n\n\nRain falls.",
      to: "Vapour rises.\n\nRain falls.",
      [.whitespace]),
    TrimCase(
      "offsets after wide scalars", "  👩‍👩‍👧 e\u{301}té 日本.\r\n", to: "👩‍👩‍👧 e\u{301}té 日本.",
      [.whitespace, .whitespace]),
  ]

  static let kept: [TrimCase] = [
    TrimCase(keeps: "an empty text", ""),
    TrimCase(keeps: "white space only", " \n "),
    TrimCase(keeps: "nothing but fluff", "Hello! I'd be happy to help. I hope this helps!"),
    TrimCase(keeps: "a lone greeting", "Hello, World!"),
    TrimCase(keeps: "a template token alone", "<noinput>", role: .user),
    TrimCase(keeps: "a user's politeness", "Hello! Rain? I hope this helps!", role: .user),
    TrimCase(keeps: "a document's closer", "Sure! \(body) I hope this helps!", role: .document),
    TrimCase(keeps: "a rest in lower case", "Sure! but rain is wet."),
    TrimCase(keeps: "a rest that leans", "Great question! However, nobody knows."),
    TrimCase(keeps: "assent inside the sentence", "Sure, rain is wet. It falls."),
    TrimCase(keeps: "an answer after a colon on the line", "Sure, here is one: rain. It falls."),
    TrimCase(
      keeps: "an answer to yes or no", "Certainly! Rain is water.", request: "Is rain water?"),
    TrimCase(keeps: "a number that is new", "Sure, here are 7 facts:\n\n\(body)"),
    TrimCase(keeps: "a quotation that is new", "Sure, here is \"Rain Song\":\n\n\(body)"),
    TrimCase(keeps: "a lyric", "Here is the sun, and it's all right:\n\nLa la la."),
    TrimCase(
      keeps: "a code fence", "Run it:\n\n```\nSure! Here it is:\n\n\n\n\n\nI hope this helps!\n```"),
    TrimCase(keeps: "an open code fence", "Run it:\n\n```\nshow(1)\nI hope this helps!"),
    TrimCase(keeps: "indented code", "Run it:\n\n    I hope this helps!"),
    TrimCase(keeps: "inline code", "It prints this. I hope this helps `you`!"),
    TrimCase(keeps: "a quoted closer", "She closed with a smile. \"I hope this helps!\""),
    TrimCase(keeps: "a quoted block", "She wrote this.\n\n> I hope this helps!"),
    TrimCase(keeps: "an announced closer", "A good closing line is:\n\nI hope this helps!"),
    TrimCase(
      keeps: "a link", "Read on. Let me know if https://example.org/help is of use to you."),
    TrimCase(keeps: "a table", "| a | b |\n|---|---|\n| Sure! | I hope this helps! |"),
    TrimCase(keeps: "a list entry", "Phrases:\n\n- Sure!\n- Let me know if you need help."),
    TrimCase(keeps: "a numbered entry", "Phrases are:\n\n1. Hello!\n2. I hope this helps!"),
    TrimCase(keeps: "numbers in a closer", "Done. Let me know if 42 is not what you need."),
    TrimCase(
      keeps: "an open reasoning block", "<think>\nSure! Rain falls. I hope this helps!"),
    TrimCase(
      keeps: "a stray reasoning block", "Rain. <think>Sure!</think> Falls. I hope this helps!"),
    TrimCase(
      keeps: "a letter's closing", "Dear Ann, rain fell. I hope this helps!",
      request: "Write a letter to Ann."),
    TrimCase(
      keeps: "an e-mail's greeting", "Hello! The rain came. Let me know if you need a coat.",
      request: "Compose an e-mail about rain."),
    TrimCase(
      keeps: "a dialogue", "Hello! How was the rain?\nWet. Is there anything else?",
      request: "Write a dialogue about rain."),
    TrimCase(
      keeps: "a poem's refrain",
      "Rain falls upon the hill. Rain falls upon the hill. The hill is green.",
      request: "Write a poem about rain."),
    TrimCase(
      keeps: "a sentence to be repeated",
      "Rain falls upon the hill. Rain falls upon the hill.", request: "Say it twice."),
    TrimCase(
      keeps: "a text to be rewritten", "The rate is fair. Please let me know if it is not.",
      request: "Rewrite this politely."),
    TrimCase(
      keeps: "a closer that the request says", "Rain falls. I hope this helps!",
      request: "End with: I hope this helps"),
    TrimCase(
      keeps: "an answer about the assistant",
      "As an AI language model, I do not have feelings. Rain is wet.",
      request: "Do you have feelings?"),
    TrimCase(
      keeps: "an introduction", "Hello! My name is Ann. I like rain.",
      request: "Introduce yourself as Ann."),
    TrimCase(
      keeps: "short sentences said again", "Stop. Stop. Rain falls."),
    TrimCase(
      keeps: "code said again",
      "count += step * 2; total = 1. count += step * 2; total = 1. Done."),
    TrimCase(keeps: "Markdown's line break", "Rain falls.  \nIt stops."),
    TrimCase(keeps: "blanks at line ends", "Rain falls. \nIt stops."),
    TrimCase(keeps: "layout of empty lines", "Rain.\n\n\n\nStops."),
    TrimCase(keeps: "a verse", "The rain,\n  the rain\n    again."),
    TrimCase(keeps: "an empty entry that nothing may be cut from", "<noinput>\n- "),
    TrimCase(keeps: "an indented first line", "    if rain:\n        stop()"),
    TrimCase(keeps: "a token that is spoken of", "The end token is </s>"),
    TrimCase(
      keeps: "a token that is asked for", "Rain.<|im_end|>", request: "What is <|im_end|> for?"),
    TrimCase(keeps: "struck-through text", "Rain <s>rises</s>"),
    TrimCase(keeps: "mark-up with the same tag", "<s>old</s> <b>new</b>"),
    TrimCase(keeps: "good luck alone", "Rain falls. Good luck!"),
    TrimCase(keeps: "advice", "Rain falls. If you have any questions, contact your doctor."),
    TrimCase(keeps: "an announcement alone", "Here are the steps:\n\n- Vapour rises."),
    TrimCase(keeps: "the following alone", "The following are the steps:\n\n- Vapour rises."),
    TrimCase(
      keeps: "an answer within an offer", "Sure, I can suggest rain, snow and hail. Pick one."),
    TrimCase(
      keeps: "an explanation within an offer",
      "Sure, I can explain rain, it is water that falls. Snow is the same."),
    TrimCase(
      keeps: "an announcement that says how to read what follows",
      "Here is a list, ranked by litres:\n\n1. Rain: 80\n2. Snow: 55"),
    TrimCase(
      keeps: "the greeting of a role", "Hello! As a captain I fear rain. It falls.",
      request: "As a captain, describe your fears."),
    TrimCase(
      keeps: "a drawing with empty lines", "Rain\n\n\n\n\n\n\n│\n\n\n\n\n\n\n└─► sea"),
    TrimCase(
      keeps: "an announcement that names something new",
      "Sure, here is the method `fall()`:\n\n\(body)"),
    TrimCase(
      keeps: "a greeting in a reply", "Hello!\n\nRain fell here. Bye.",
      request: "Reply to this: how was the weather?"),
    TrimCase(
      keeps: "assent that is spoken", "Certainly! The table is yours at six.",
      request: "Respond to a customer who asks for a table."),
    TrimCase(
      keeps: "a letter's own greeting", "Hello!\n\nRain fell here.", request: "Write a letter."),
    TrimCase(
      keeps: "an e-mail's offer of help",
      "Dear Ann,\n\nRain fell.\n\nPlease let me know if you have any questions.",
      request: "Draft a short email to Ann about the rain."),
    TrimCase(
      keeps: "a post's closer", "Rain! It falls.\n\nLet me know what you think!",
      request: "Write a social media post about rain."),
    TrimCase(
      keeps: "a closer within a poem's last verse",
      "The rain, the rain.\nI hope this helps you sleep again!",
      request: "Compose a poem about rain."),
    TrimCase(
      keeps: "assent within a story", "Sure! That was all he said. Then rain fell.",
      request: "Write a story about rain."),
    TrimCase(
      keeps: "a translated greeting", "Hello! The rain is falling.",
      request: "Translate to English: Hello, der Regen fällt."),
    TrimCase(
      keeps: "whom to ask", "Bring a coat. If you have any questions, feel free to ask your doctor."
    ),
    TrimCase(
      keeps: "whom to reach out to",
      "Rest well. If you need support, don't hesitate to reach out to a trusted friend."),
    TrimCase(
      keeps: "what to ask for", "Prices vary. Feel free to ask for a discount."),
    TrimCase(
      keeps: "advice to someone who wants something",
      "Chess is hard. If you want to win, I would practice and play often."),
    TrimCase(
      keeps: "a freedom that is part of the answer",
      "Mix the dough. Feel free to adjust the sugar to your taste."),
    TrimCase(keeps: "a condition on others", "Wait for Ann. Let me know if anything changes."),
    TrimCase(keeps: "a summary", "\(body)\n\nOverall, the water cycle keeps water moving."),
    TrimCase(keeps: "a reminder", "\(body)\n\nRemember to be safe when a storm comes."),
    TrimCase(
      keeps: "a hope that is told", "\(body) I hope that one day all cures will help people."),
    TrimCase(
      keeps: "a question with its choices",
      "What does the rain do?\nA. It falls.\nB. It rises.",
      request: "Answer this. What does the rain do?"),
    TrimCase(
      keeps: "a list of questions",
      "What does the rain do?\n\nIt falls.\n\nWhat does the snow do?\n\nIt falls too.",
      request: "What does the rain do?"),
    TrimCase(
      keeps: "the first words of a list entry", "Phrases:\n\n1. Rain falls\n2. I hope this helps!"),
    TrimCase(keeps: "an abbreviation", "Sure, e.g. Dr. Rain knows. It falls."),
  ]

  static let all = openers + closers + repetitions + ends + kept + topics + requests
}
