/// Sentences at the ends that are about something else than the request and the answer.
extension FluffScan {
  /// Whether a sentence of this kind has no more content words in common with the request and with
  /// the rest of the text than chance gives. The words of the request are the topic: hardly any of
  /// them may be shared; of those of a long answer some are by chance.
  ///
  /// - Complexity: O(n) in bytes of the text and the request, of each at most `bytesMaximum` around
  ///   the sentence.
  func isStray(
    _ text: Span<UInt8>, _ request: Span<UInt8>, _ passage: Range<Int>, _ evidence: StrayEvidence
  ) -> Bool {
    let start = outline.units[passage.lowerBound].start
    let end = outline.units[passage.upperBound - 1].end
    var own = Topic(text, start, end, without: book.general)
    guard own.count >= evidence.minimum, !Self.isForeign(request) else { return false }
    let base = evidence.isStrict ? 0 : Self.sharedAtMost
    let asked = own.meet(request, max(0, request.count - Self.bytesMaximum), request.count)
    guard asked.shared * 1000 <= own.count * (base / 2 + asked.words / 8) else { return false }
    let before = own.meet(text, max(outline.units[0].start, start - Self.bytesMaximum), start)
    let last = outline.units[outline.units.count - 1].end
    let after = own.meet(text, end, min(last, end + Self.bytesMaximum))
    let words = before.words + after.words
    guard asked.words + words >= evidence.wordsOfRest(for: own.count) else { return false }
    let byChance = min(words, 400) / (evidence.isStrict ? 3 : 1)
    return (before.shared + after.shared) * 1000 <= own.count * (base + byChance)
  }

  /// More of a text tells nothing more; it bounds the work on hostile texts.
  private static let bytesMaximum = 32_768

  /// Whether the request is in another script, so that its words cannot be compared.
  private static func isForeign(_ request: Span<UInt8>) -> Bool {
    var foreign = 0
    for index in request.indices where request[index] >= 0x80 { foreign += 1 }
    return foreign * 4 > request.count
  }

  /// Of a thousand content words, how many may be shared with any text.
  private static let sharedAtMost = 100
}

/// What it takes to tell that a sentence is about something else.
struct StrayEvidence {
  /// Content words of its own; fewer tell nothing.
  let minimum: Int
  /// How many words of three letters and more the request and the rest must have: with few of them
  /// an advice may be on their topic in other words.
  var wordsMinimum = 0
  /// And how many times as many as the sentence has content words.
  var ratio = 0
  /// Not even one word in ten may be shared.
  var isStrict = false

  func wordsOfRest(for count: Int) -> Int { max(wordsMinimum, ratio * count + 1) }

  /// "Sure, here is a poem about the sea:"
  static let assent = StrayEvidence(minimum: 2)
  /// "Here are names of horses:"
  static let announcement = StrayEvidence(minimum: 3)
  /// A sentence at the start that may be the answer.
  static let statement = StrayEvidence(minimum: 3, ratio: 2)
  /// "Overall, …" in a line of its own.
  static let summary = StrayEvidence(minimum: 3)
  /// "Remember …" in a line of its own.
  static let reminder = StrayEvidence(minimum: 3, wordsMinimum: 20, ratio: 1, isStrict: true)
  static let summaryWithin = StrayEvidence(minimum: 5)
  static let reminderWithin = StrayEvidence(minimum: 5, wordsMinimum: 20, ratio: 1, isStrict: true)
}
