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
    TrimCase(keeps: "an indented first line", "    if rain:\n        stop()"),
    TrimCase(keeps: "a token that is spoken of", "The end token is </s>"),
    TrimCase(
      keeps: "a token that is asked for", "Rain.<|im_end|>", request: "What is <|im_end|> for?"),
    TrimCase(keeps: "struck-through text", "Rain <s>rises</s>"),
    TrimCase(keeps: "mark-up with the same tag", "<s>old</s> <b>new</b>"),
    TrimCase(keeps: "good luck alone", "Rain falls. Good luck!"),
    TrimCase(keeps: "advice", "Rain falls. If you have any questions, contact your doctor."),
    TrimCase(keeps: "an abbreviation", "Sure, e.g. Dr. Rain knows. It falls."),
  ]

  static let all = openers + closers + repetitions + ends + kept
}
