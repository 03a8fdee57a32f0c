/// Alignment: whether the response answers this prompt.
///
/// **Topic.** Content words weigh by length (a poor man's rarity). `cover` is the share of the
/// prompt's words that the response takes up, `share` the share of the response's words that the
/// prompt has (a short answer to a long text). The better of the two counts; a response with few
/// content words can neither prove nor disprove anything and is moved towards a neutral value.
///
/// **Echo.** A response whose word triples are nearly all the prompt's, and which takes up nearly
/// all of the prompt, is the prompt said again.
///
/// **Format.** JSON, code or a number of things asked for, and not given.
enum AlignmentSignal {
  private static let neutral = 6500

  /// Nil without words in the prompt.
  ///
  /// - Complexity: O(n) in words of both.
  static func measure(prompt: TextReading, response: TextReading) -> Int? {
    guard !prompt.words.isEmpty else { return nil }
    let topic = topic(prompt, response)
    let echo = isEcho(prompt, response) ? 1000 : Fixed.one
    return topic * echo / Fixed.one * FormatCheck.measure(prompt, response) / Fixed.one
  }

  private static func topic(_ prompt: TextReading, _ response: TextReading) -> Int {
    var asked = HashBag(capacity: prompt.words.count)
    var askedWeight = 0
    for word in prompt.words where word.weight > 0 && asked.insert(word.stem) {
      askedWeight += word.weight
    }
    var given = HashBag(capacity: response.words.count)
    var givenWeight = 0
    var commonWeight = 0
    for word in response.words where word.weight > 0 && given.insert(word.stem) {
      givenWeight += word.weight
      if asked.contains(word.stem) { commonWeight += word.weight }
    }
    let cover = Fixed.scale(Fixed.share(commonWeight, askedWeight), worst: 0, best: 5000)
    let share = Fixed.scale(Fixed.share(commonWeight, givenWeight), worst: 0, best: 4000)
    let found = max(cover, share)
    // Evidence: how many words there are that could have met.
    let evidence = Fixed.scale(min(asked.count * 3, given.count), worst: 0, best: 12)
    return max(found, (found * evidence + neutral * (Fixed.one - evidence)) / Fixed.one)
  }

  private static func isEcho(_ prompt: TextReading, _ response: TextReading) -> Bool {
    guard response.words.count >= 4, response.words.count * 4 >= prompt.words.count * 3,
      prompt.words.count >= 3
    else { return false }
    var triples = HashBag(capacity: prompt.words.count)
    for index in 2..<prompt.words.count {
      _ = triples.insert(trigram(prompt.words, endingAt: index))
    }
    var known = 0
    for index in 2..<response.words.count
    where triples.contains(trigram(response.words, endingAt: index)) {
      known += 1
    }
    return Fixed.share(known, response.words.count - 2) >= 9000
  }
}

/// The format that the prompt asks for against the one that is given. Only what can be told by
/// plain words: everything else passes.
enum FormatCheck {
  private static let json = hash("json")
  private static let code = Set(["function", "program", "code", "query", "regex"].map(hash))
  private static let writing = Set(
    ["write", "create", "generate", "construct", "develop"].map(hash))

  /// `Fixed.one` if what was asked for is there.
  static func measure(_ prompt: TextReading, _ response: TextReading) -> Int {
    var asksJSON = false
    var writes = false
    var asksCode = false
    for word in prompt.words.prefix(40) {
      if word.hash == json { asksJSON = true }
      if writing.contains(word.hash) { writes = true }
      if writes && code.contains(word.hash) { asksCode = true }
    }
    if asksJSON && response.codeSigns == 0 { return 6000 }
    if asksCode && response.codeSigns == 0 && response.digits == 0 { return 7000 }
    return Fixed.one
  }

  private static func hash(_ word: String) -> UInt32 {
    var hash = WordHash()
    for byte in word.utf8 { hash.add(byte) }
    return hash.value
  }
}
