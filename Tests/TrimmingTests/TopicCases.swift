@testable import Trimming

extension TrimCase {
  private static let body =
    """
    The tides follow the moon, which pulls the water of the oceans. Twice a day the sea rises at \
    the coast, and twice it falls. Where bays are narrow the water climbs highest of all.
    """

  /// Sentences that are about something else than the request and the rest, and ones that are not.
  static let topics: [TrimCase] = [
    TrimCase(
      "a summary of something else",
      "\(body)\n\nOverall, the function is a concise implementation of the required behavior.",
      to: body, [.closer], request: "Why are there tides?"),
    TrimCase(
      "a summary of something else, of two sentences",
      """
      \(body)

      In conclusion, remote employees value flexible schedules. Managers should plan regular \
      meetings with every team.
      """,
      to: body, [.closer, .closer], request: "Why are there tides?"),
    TrimCase(
      "a reminder of something else",
      "\(body)\n\nRemember that every candidate deserves a fair and patient interview.",
      to: body, [.closer], request: "Why are there tides?"),
    TrimCase(
      "a summary of something else before a closer",
      "\(body)\n\nOverall, this recipe tastes best with fresh basil. I hope this helps!",
      to: body, [.closer, .closer], request: "Why are there tides?"),
    TrimCase(
      "an announcement of something else",
      "Here are some popular audiobooks for listeners on trains:\n\n\(body)", to: body,
      [.preamble], request: "Why are there tides?"),
    TrimCase(
      "an announcement of something else, with a name",
      "Sure, here is a haiku about \"corona flaring\":\n\n\(body)", to: body, [.preamble],
      request: "Why are there tides?"),
    TrimCase(
      "an apology about something else",
      "I'm sorry, but I cannot browse the internet for companies.\n\n\(body)", to: body,
      [.preamble], request: "Why are there tides?"),
    TrimCase(
      keeps: "a summary of the answer", "\(body)\n\nOverall, the moon makes the tides.",
      request: "Why are there tides?"),
    TrimCase(
      keeps: "a summary that has a word of the request",
      "\(body)\n\nIn conclusion, gravity explains the whole tidal rhythm.",
      request: "Why are there tides?"),
    TrimCase(
      keeps: "a reminder of the topic",
      "\(body)\n\nRemember that strong currents at the coast can drown swimmers.",
      request: "Why are there tides?"),
    TrimCase(
      keeps: "an announcement of the topic", "Here are the causes of the tides:\n\n\(body)",
      request: "Why are there tides?"),
    TrimCase(
      keeps: "a number about something else",
      "\(body)\n\nIn conclusion, penguins breed in colonies of 4,000 pairs.",
      request: "Why are there tides?"),
    TrimCase(
      keeps: "a quotation about something else",
      "\(body)\n\nOverall, painters admire \"The Night Watch\" for its contrast.",
      request: "Why are there tides?"),
    TrimCase(
      keeps: "an apology that the rest goes on from",
      "I'm sorry, but I cannot browse the internet for companies. I can explain the tides.",
      request: "Why are there tides?"),
    TrimCase(
      keeps: "advice below a short answer",
      "Rest in the dark.\n\nRemember that painkillers taken daily bring new attacks.",
      request: "What helps against a headache?"),
    TrimCase(
      keeps: "a conclusion by pronouns on the same line",
      "\(body) Overall, their effects on harbours and trade have shaped whole cities.",
      request: "Why are there tides?"),
    TrimCase(
      keeps: "an answer to a request in another script",
      "According to forecasts, drizzle will cover the valley. Light wind.",
      request: "明天的天气怎么样？会下雨吗？"),
  ]

  /// What the request asks for.
  static let requests: [TrimCase] = [
    TrimCase(
      "below a signed letter",
      "Dear Ann,\n\nRain fell.\n\nSincerely,\nBob\n\nI hope this helps!",
      to: "Dear Ann,\n\nRain fell.\n\nSincerely,\nBob", [.closer],
      request: "Write a letter to Ann."),
    TrimCase(
      "before a dialogue", "Sure, I can do that.\n\nWaiter: Good evening.\nGuest: Tea, please.",
      to: "Waiter: Good evening.\nGuest: Tea, please.", [.preamble],
      request: "Write a dialogue in a café."),
    TrimCase(
      "a script that nobody speaks", "Use set -e at its top. I hope this helps!",
      to: "Use set -e at its top.", [.closer],
      request: "Write a Bash script that stops at errors."),
    TrimCase(
      "a letter of the alphabet", "Benin, Brazil, Bhutan. I hope this helps!",
      to: "Benin, Brazil, Bhutan.", [.closer],
      request: "Give me countries that start with the letter B."),
    TrimCase(
      "anyone's you", "Use a soft brush. I hope this helps!", to: "Use a soft brush.", [.closer],
      request: "How do you clean a coat?"),
    TrimCase(
      keeps: "small talk", "I am well. How can I help you today?", request: "How are you?"),
    TrimCase(
      keeps: "a spoken script", "Good evening, all! Thank you for coming. I hope this helps!",
      request: "Write a script for a host."),
    TrimCase(
      keeps: "a role", "Welcome aboard. Let me know if you need anything else!",
      request: "You are a steward. Greet a passenger."),
    TrimCase(
      keeps: "the last of several questions",
      "What do you grow? How long is the season? Do you have any other questions?",
      request: "Generate questions to ask a farmer."),
  ]
}
