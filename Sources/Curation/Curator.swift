internal import Indexing
internal import Scoring
internal import Shingling
internal import Sketching
internal import Tokenizing
package import Trimming

/// The pure half of judging: trim → normalize → tokens → shingles → signature → signals → score.
///
/// Keeps scratch memory: one a thread.
package struct Curator {
  package let settings: Settings
  private var shingler: Shingler
  private var sketcher: Sketcher
  /// Shingles for references, which are of three tokens and of all texts, whatever `near` says.
  private var referenceShingler: Shingler
  private let looksForReferences: Bool
  private let trimsFirst: Bool
  /// Whether a decision needs trimming and score, whatever the detail.
  private let decidesByQuality: Bool
  private let trimmer: Trimmer
  private let counter: TokenCounter
  private var scorer: Scorer
  /// What is scored of an example.
  private var prompt: [UInt8] = []
  private var response: [UInt8] = []
  /// Scratch of more bytes than this is given back after use.
  private static let keptBytesMaximum = 1 << 20
  /// The answer of an earlier turn may hold what was asked for; this much of what came before is
  /// looked at, so that the cost of a long conversation stays linear.
  private static let requestBytesMaximum = 8 << 10

  /// - Parameter looksForReferences: whether there are any; without, their part is not computed.
  package init(settings: Settings, looksForReferences: Bool = false) {
    self.settings = settings
    self.looksForReferences = looksForReferences
    trimsFirst = settings.near.text == .trimmed
    decidesByQuality = settings.minimumScore != nil || settings.perplexity.isLimited
    referenceShingler = Shingler(shingle: ReferenceIndex.shingle, key: .published)
    shingler = Shingler(shingle: settings.near.shingle, key: .published)
    sketcher = Sketcher(threshold: settings.near.threshold, key: .published)
    scorer = Scorer(
      perplexityModel: settings.perplexity.model?.value, scoreModel: settings.scoreModel?.value)
    trimmer = Trimmer(level: settings.trim, phrases: settings.phrases?.value)
    counter = TokenCounter(settings.tokenizer?.value)
  }

  /// - Complexity: O(bytes of the example's texts).
  package mutating func prepare(_ example: Example, _ detail: Detail) -> Prepared {
    let wantsQuality = detail != .decision || decidesByQuality
    let edits = wantsQuality || trimsFirst ? self.edits(of: example) : []
    var ordered: [UInt32]?
    let text = shingled(example, trimsFirst ? edits : [], &ordered)
    return Prepared(
      example: example, content: Self.content(of: example), text: text,
      bandKeys: text.shingles.isEmpty ? [] : sketcher.bandKeys(of: text.shingles),
      ordered: ordered, isEmpty: isEmpty(example),
      quality: wantsQuality ? quality(of: example, edits) : nil)
  }

  // MARK: Trimming

  package func edits(of example: Example) -> [(field: Int, edits: [TextEdit])] {
    guard settings.trim != .off else { return [] }
    var found: [(field: Int, edits: [TextEdit])] = []
    // What comes before a field, as trimmed, once something was cut: else a second pass would see another
    // request for the same answer, and cut more.
    var before: [UInt8]?
    var end = 0
    for (index, field) in example.fields.enumerated() {
      before?.append(contentsOf: example.arena[end..<field.range.lowerBound])
      end = field.range.upperBound
      guard field.isTrimmable else {
        before?.append(contentsOf: example.arena[field.range])
        continue
      }
      let role: TextRole =
        switch field.role {
        case .response: .assistant
        case .document: .document
        case .system, .prompt: .user
        }
      let text = example.arena.span.extracting(field.range)
      var edits: [TextEdit]
      if let before {
        let range = Self.requestRange(before: before.count, before)
        edits = trimmer.edits(of: text, role: role, request: before.span.extracting(range))
      } else {
        let range = Self.requestRange(before: field.range.lowerBound, example.arena)
        edits = trimmer.edits(of: text, role: role, request: example.arena.span.extracting(range))
      }
      if field.keepsEnds {
        edits.removeAll { edit in
          edit.kind == .whitespace && (edit.start == 0 || edit.end == field.range.count)
        }
      }
      if edits.isEmpty {
        before?.append(contentsOf: example.arena[field.range])
      } else {
        found.append((index, edits))
        before = before ?? Array(example.arena[..<field.range.lowerBound])
        before?.append(contentsOf: Trimmer.applying(edits, to: text))
      }
    }
    return found
  }

  /// What of these bytes is looked at as the request of a field that begins at a place, with one byte
  /// between them.
  private static func requestRange(before place: Int, _ bytes: [UInt8]) -> Range<Int> {
    var start = max(0, place - requestBytesMaximum)
    // Not in the middle of a scalar.
    while start > 0, start < place, bytes[start] & 0xC0 == 0x80 { start += 1 }
    return start..<max(start, place - 1)
  }

  /// A field's text with its edits cut; nil where nothing is cut.
  package static func trimmed(
    _ example: Example, _ field: Int, _ edits: [(field: Int, edits: [TextEdit])]
  ) -> [UInt8]? {
    guard let cut = edits.first(where: { $0.field == field }) else { return nil }
    return Trimmer.applying(
      cut.edits, to: example.arena.span.extracting(example.fields[field].range))
  }

  // MARK: Similarity

  /// - Parameters:
  ///   - edits: cut before measuring; empty measures the original.
  ///   - ordered: what references are looked for in, if there are any.
  private mutating func shingled(
    _ example: Example, _ edits: [(field: Int, edits: [TextEdit])], _ ordered: inout [UInt32]?
  ) -> ShingledText {
    // Most often both are the same text, and it is read once.
    let isSame =
      looksForReferences && settings.near.shingle == ReferenceIndex.shingle && edits.isEmpty
      && example.fields.allSatisfy(isMeasured)
    if looksForReferences, !isSame { ordered = orderedShingles(of: example) }
    shingler.begin()
    for (index, field) in example.fields.enumerated() where isMeasured(field) {
      if let trimmed = Self.trimmed(example, index, edits) {
        shingler.append(trimmed.span)
      } else {
        shingler.append(example.arena.span.extracting(field.range))
      }
    }
    guard isSame else { return shingler.finish() }
    var hashes: [UInt32] = []
    defer { ordered = hashes }
    return shingler.finish(inOrder: &hashes)
  }

  /// What references are looked for in: all texts, system and tool messages among them.
  package mutating func orderedShingles(of example: Example) -> [UInt32] {
    var hashes: [UInt32] = []
    referenceShingler.begin()
    for field in example.fields {
      referenceShingler.append(example.arena.span.extracting(field.range))
    }
    _ = referenceShingler.finish(inOrder: &hashes)
    return hashes
  }

  /// Whether `near.field` takes it in. The single text of a document is prompt and response at once.
  private func isMeasured(_ field: TextField) -> Bool {
    switch (field.role, settings.near.field) {
    case (.system, _): false
    case (.document, _), (_, .all), (.prompt, .prompt), (.response, .response): true
    case (.prompt, .response), (.response, .prompt): false
    }
  }

  /// Roles and texts.
  private static func content(of example: Example) -> UInt64 {
    var hash = ContentHash(key: .published)
    for field in example.fields {
      hash.absorb(
        example.arena.span.extracting(field.range), label: UInt64(field.role.rawValue))
    }
    return hash.value
  }

  // MARK: Quality

  private func isEmpty(_ example: Example) -> Bool {
    !example.fields.contains { field in
      (field.role == .response || field.role == .document)
        && Shingler.hasToken(example.arena.span.extracting(field.range))
    }
  }

  /// Prompt and response as they are scored: trimmed, the texts of each joined by newlines; the prompt
  /// is nil for a document.
  package func scoredTexts(of example: Example) -> (prompt: [UInt8]?, response: [UInt8]) {
    let edits = edits(of: example)
    var (prompt, response): ([UInt8], [UInt8]) = ([], [])
    for (index, field) in example.fields.enumerated() where field.role != .system {
      let text = Self.trimmed(example, index, edits)?[...] ?? example.arena[field.range]
      if field.role == .prompt {
        Self.join(text, to: &prompt)
      } else {
        Self.join(text, to: &response)
      }
    }
    return (example.isDocument ? nil : prompt, response)
  }

  private mutating func quality(
    of example: Example, _ edits: [(field: Int, edits: [TextEdit])]
  ) -> Quality {
    var (before, after) = (0, 0)
    var cut = [Int](repeating: 0, count: EditKind.allCases.count)
    prompt.removeAll(keepingCapacity: prompt.count <= Self.keptBytesMaximum)
    response.removeAll(keepingCapacity: response.count <= Self.keptBytesMaximum)
    for (index, field) in example.fields.enumerated() {
      let text = example.arena.span.extracting(field.range)
      let count = counter.count(text)
      let trimmed = Self.trimmed(example, index, edits)
      before += count
      if trimmed != nil, let edited = edits.first(where: { $0.field == index }) {
        after += counter.count(text, edited.edits, from: count, cut: &cut)
      } else {
        after += count
      }
      guard field.role != .system else { continue }
      if field.role == .prompt {
        Self.join(trimmed?[...] ?? example.arena[field.range], to: &prompt)
      } else {
        Self.join(trimmed?[...] ?? example.arena[field.range], to: &response)
      }
    }
    let (scoredPrompt, scoredResponse) = (prompt, response)
    let score =
      if example.isDocument {
        scorer.score(prompt: nil, response: scoredResponse.span)
      } else {
        scorer.score(prompt: scoredPrompt.span, response: scoredResponse.span)
      }
    return Quality(
      edits: edits, tokensBefore: before, tokensAfter: after, isEstimated: counter.isEstimate,
      tokensCut: edits.isEmpty ? [] : Self.byKind(cut), score: score)
  }

  private static func byKind(_ cut: [Int]) -> [(kind: EditKind, count: Int)] {
    zip(EditKind.allCases, cut).filter { $0.1 != 0 }.map { ($0.0, $0.1) }
  }

  private static func join(_ text: ArraySlice<UInt8>, to joined: inout [UInt8]) {
    if !joined.isEmpty, !text.isEmpty { joined.append(0x0A) }
    joined.append(contentsOf: text)
  }
}
