/// Sentences at the ends that are about something else than the request and the answer.
extension FluffScan {
  /// Whether a sentence of this kind has no more content words in common with the request and with
  /// the rest of the text than chance gives. The words of the request are the topic: hardly any of
  /// them may be shared; of those of a long answer some are by chance.
  ///
  /// - Complexity: O(n) in bytes of the text and the request.
  func isStray(
    _ text: Span<UInt8>, _ request: Span<UInt8>, _ passage: Range<Int>, _ evidence: StrayEvidence
  ) -> Bool {
    var own = Topic()
    own.add(
      text, outline.units[passage.lowerBound].start, outline.units[passage.upperBound - 1].end,
      without: book.general)
    guard own.count >= evidence.minimum else { return false }
    var asked = Topic()
    asked.add(request, 0, request.count, without: book.general)
    let rest = rest(text, outside: passage)
    guard (asked.count + rest.count) * 2 > own.count * evidence.halvesOfRest else { return false }
    let base = evidence.isStrict ? 0 : Self.sharedAtMost
    return own.shared(with: asked) * 1000 <= own.count * (base / 2 + asked.count / 4)
      && own.shared(with: rest) * 1000 <= own.count
        * (base + min(rest.count * 2, 400) / (evidence.isStrict ? 4 : 1))
  }

  /// Of a thousand content words, how many may be shared with any text.
  private static let sharedAtMost = 100

  /// The content words of the units outside `passage`.
  private func rest(_ text: Span<UInt8>, outside passage: Range<Int>) -> Topic {
    var topic = Topic()
    if let first = outline.units.first, passage.lowerBound > 0 {
      let last = outline.units[passage.lowerBound - 1]
      topic.add(text, first.start, last.end, without: book.general)
    }
    if let last = outline.units.last, passage.upperBound < outline.units.count {
      let first = outline.units[passage.upperBound]
      topic.add(text, first.start, last.end, without: book.general)
    }
    return topic
  }
}

/// What it takes to tell that a sentence is about something else.
struct StrayEvidence {
  /// Content words of its own; fewer tell nothing.
  let minimum: Int
  /// How many content words the rest must have at least, in halves of those of the sentence: in a
  /// short answer an advice may be on its topic in other words.
  let halvesOfRest: Int
  /// Not even one word in ten may be shared.
  var isStrict = false

  /// "Sure, here is a poem about the sea:"
  static let assent = StrayEvidence(minimum: 2, halvesOfRest: 0)
  /// "Here are names of horses:"
  static let announcement = StrayEvidence(minimum: 3, halvesOfRest: 0)
  /// A sentence at the start that may be the answer.
  static let statement = StrayEvidence(minimum: 3, halvesOfRest: 2)
  /// "Overall, …" in a line of its own.
  static let summary = StrayEvidence(minimum: 3, halvesOfRest: 0)
  /// "Remember …" in a line of its own.
  static let reminder = StrayEvidence(minimum: 3, halvesOfRest: 1, isStrict: true)
  /// Either on the same line as the rest, or where the request asks for a letter or the like.
  static let within = StrayEvidence(minimum: 5, halvesOfRest: 1, isStrict: true)
}
