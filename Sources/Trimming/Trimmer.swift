/// Cuts from a text what carries nothing. A pure function from a text to edits.
///
/// Of a user's text or a document only template tokens and white space at the ends go. Of an
/// assistant's text also stock sentences at the start and at the end (rules in `Phrases`), and
/// sentences and paragraphs said again. Sentences that may say something (a summary, a reminder, an
/// apology, a bare announcement) go only where they share no content words with the request and
/// hardly any with the rest of the answer (`Topic`): then they are about something else. What
/// protects a row:
///
/// - only whole sentences of running text are cut, never part of one, never a line of code, a
///   table, a list (but for closers put behind its last entry), a quotation or a reasoning block;
/// - a sentence with a link or mark-up in it stays; one with a number, a quotation, a bracket or
///   inline code stays unless the request has the same words;
/// - an announcement without assent ("Here are the steps:") stays where it is about the same: it may
///   be a heading;
/// - greetings, offers and closers stay where the request asks for something that may well have
///   them (a dialogue, a letter that is not signed above them), or says them itself; where it asks
///   for a poem or a rewriting they must stand apart from it (`RequestTraits`);
/// - a rest that goes on in lower case, or with a word that leans on what was cut, keeps it;
/// - an answer that is nothing but fluff stays whole.
///
/// It misses fluff rather than harm a row. Trimming what was trimmed cuts nothing more: edits are
/// looked for again in what is left, until none are found.
package struct Trimmer: Sendable {
  /// More rounds than real texts need; a text that needs more is left whole.
  private static let roundsMaximum = 8

  package let level: TrimLevel
  private let book: PhraseBook

  /// `phrases` are a user's own, found beside the built-in ones.
  package init(level: TrimLevel, phrases: PhraseBook? = nil) {
    self.level = level
    book = phrases.map { PhraseBook.shared.adding($0) } ?? PhraseBook.shared
  }

  /// The edits for one text, which is UTF-8. `request` is the user's text before it, empty if
  /// there is none.
  ///
  /// Example: `"Sure! Paris.\n"` gives `preamble` 0..<6 and `whitespace` 12..<13.
  ///
  /// - Complexity: O(n) in bytes of the text, and of the request if a stock phrase is met; one
  ///   more pass for each round that found something, two at most in the usual case.
  package func edits(
    of text: Span<UInt8>, role: TextRole, request: Span<UInt8>
  ) -> [TextEdit] {
    guard level != .off else { return [] }
    // Read once, when the first stock phrase is met, for all rounds.
    var traits: RequestTraits?
    var cuts = round(text, role, request, &traits)
    guard !cuts.isEmpty else { return [] }
    for _ in 1..<Self.roundsMaximum {
      let rest = Self.applying(cuts, to: text)
      let more = round(rest.span, role, request, &traits)
      if more.isEmpty { return cuts }
      cuts = Self.merge(cuts, more)
    }
    return []
  }

  /// The text with the edits cut.
  ///
  /// - Precondition: the edits are sorted, disjoint and within the text.
  /// - Complexity: O(n) in bytes.
  package static func applying(_ edits: [TextEdit], to text: Span<UInt8>) -> [UInt8] {
    var rest: [UInt8] = []
    rest.reserveCapacity(text.count)
    var kept = 0
    for edit in edits {
      precondition(edit.start >= kept && edit.end >= edit.start && edit.end <= text.count)
      append(text, kept..<edit.start, to: &rest)
      kept = edit.end
    }
    append(text, kept..<text.count, to: &rest)
    return rest
  }

  private static func append(_ text: Span<UInt8>, _ range: Range<Int>, to rest: inout [UInt8]) {
    text.extracting(range).withUnsafeBufferPointer { rest.append(contentsOf: $0) }
  }

  /// `later` edits, whose offsets are those of the text with `cuts` applied, mapped back to the
  /// original and put among `cuts`. One that spans an earlier cut becomes two.
  static func merge(_ cuts: [TextEdit], _ later: [TextEdit]) -> [TextEdit] {
    var merged: [TextEdit] = []
    var next = 0
    // What has been cut before the current offset.
    var shift = 0
    for edit in later {
      var start = edit.start
      while start < edit.end {
        while next < cuts.count && cuts[next].start - shift <= start {
          merged.append(cuts[next])
          shift += cuts[next].end - cuts[next].start
          next += 1
        }
        let stop = next < cuts.count ? min(edit.end, cuts[next].start - shift) : edit.end
        merged.append(TextEdit(start: start + shift, end: stop + shift, kind: edit.kind))
        start = stop
      }
    }
    merged.append(contentsOf: cuts[next...])
    return merged
  }

  /// One look at a text: edits sorted and disjoint, none if there is nothing to cut.
  private func round(
    _ text: Span<UInt8>, _ role: TextRole, _ request: Span<UInt8>, _ traits: inout RequestTraits?
  ) -> [TextEdit] {
    let ends = TextEnds(text, request: request)
    var edits = ends.leading
    if role == .assistant && ends.start < ends.end {
      let body = body(text, ends.start, ends.end, request, &traits)
      if !body.isEmpty { edits += body }
    }
    return ends.trailing.isEmpty ? edits : edits + ends.trailing
  }

  /// Edits between the ends of an assistant text.
  private func body(
    _ text: Span<UInt8>, _ start: Int, _ end: Int, _ request: Span<UInt8>,
    _ traits: inout RequestTraits?
  ) -> [TextEdit] {
    let outline = TextOutline(text, start, end)
    guard !outline.hasStrayReasoning, outline.firstAfterReasoning < outline.units.count else {
      return []
    }
    var scan = FluffScan(outline, book, traits)
    defer { traits = scan.traits }
    let head = scan.head(text, request)
    let tail = scan.tail(text, request, after: head.count)
    let repeated = scan.repetitions(text, request, head.count, tail.first)
    if head.kinds.isEmpty && tail.first == outline.units.count {
      return Self.combine(repeated, outline.padding)
    }
    guard scan.hasSubstance(text, from: head.count, to: tail.first) else { return [] }
    return Self.combine(
      scan.edits(head: head) + repeated + scan.edits(tail: tail), outline.padding)
  }

  /// White-space edits where no other edit is.
  private static func combine(_ edits: [TextEdit], _ padding: [Range<Int>]) -> [TextEdit] {
    guard !padding.isEmpty else { return edits }
    let free = padding.filter { range in
      !edits.contains { $0.start < range.upperBound && range.lowerBound < $0.end }
    }
    let added = free.map {
      TextEdit(start: $0.lowerBound, end: $0.upperBound, kind: .whitespace)
    }
    return (edits + added).sorted { $0.start < $1.start }
  }
}
