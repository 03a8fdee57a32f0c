import Testing

@testable import Trimming

@Suite struct `The trimmer` {
  @Test(arguments: TrimCase.all)
  func `cuts what the case expects and nothing else`(_ sample: TrimCase) {
    let edits = trim(sample.text, sample.role, sample.request)
    #expect(apply(edits, sample.text) == sample.trimmed)
    #expect(edits.map(\.kind) == sample.kinds)
    expectSound(edits, sample.text)
  }

  @Test(arguments: TrimCase.all)
  func `cuts nothing more the second time`(_ sample: TrimCase) {
    #expect(trim(sample.trimmed, sample.role, sample.request).isEmpty)
  }

  @Test(arguments: TrimCase.all)
  func `cuts nothing at level off`(_ sample: TrimCase) {
    #expect(trim(sample.text, sample.role, sample.request, level: .off).isEmpty)
  }

  @Test func `names every kind and level as the protocol does`() {
    #expect(
      EditKind.allCases.map(\.rawValue) == [
        "greeting", "preamble", "restatement", "self_reference", "closer", "repetition",
        "template_token", "whitespace",
      ])
    #expect(TrimLevel.allCases.map(\.rawValue) == ["off", "standard", "aggressive"])
  }

  @Test func `gives offsets of the original in UTF-8`() {
    let text = "Sure! 😊\r\n\r\nRain falls.\r\n"
    #expect(
      trim(text, .assistant, "") == [
        TextEdit(start: 0, end: 14, kind: .preamble),
        TextEdit(start: 25, end: 27, kind: .whitespace),
      ])
  }

  @Test func `maps edits of a second round around those of the first`() {
    let merged = Trimmer.merge(
      [TextEdit(start: 10, end: 20, kind: .closer)],
      [TextEdit(start: 5, end: 15, kind: .whitespace)])
    #expect(
      merged == [
        TextEdit(start: 5, end: 10, kind: .whitespace),
        TextEdit(start: 10, end: 20, kind: .closer),
        TextEdit(start: 20, end: 25, kind: .whitespace),
      ])
  }

  @Test(arguments: 1...40)
  func `is idempotent, disjoint and whole on generated texts`(_ seed: Int) {
    var random = SplitMix(seed: UInt64(seed))
    for _ in 0..<50 {
      let text = random.text()
      let request = Self.requests[random.below(Self.requests.count)]
      for role in [TextRole.assistant, .user, .document] {
        let edits = trim(text, role, request)
        expectSound(edits, text)
        let rest = apply(edits, text)
        #expect(trim(rest, role, request).isEmpty, "\(text.debugDescription)")
        #expect(rest.isEmpty == text.isEmpty)
      }
    }
  }

  @Test(arguments: [32, 33, 20_000])
  func `cuts 32 stock phrases in a row, and leaves a longer row alone`(_ count: Int) {
    let opened = String(repeating: "Sure! ", count: count) + "Rain."
    #expect(apply(trim(opened, .assistant, ""), opened) == (count > 32 ? opened : "Rain."))
    let closed = "Rain." + String(repeating: " Hope this helps!", count: count)
    #expect(apply(trim(closed, .assistant, ""), closed) == (count > 32 ? closed : "Rain."))
  }

  @Test(arguments: [64, 65, 20_000])
  func `cuts 64 template tokens in a row, and leaves a longer row alone`(_ count: Int) {
    let text = "Rain." + String(repeating: "<|im_end|>", count: count)
    #expect(apply(trim(text, .user, ""), text) == (count > 64 ? text : "Rain."))
  }

  private static let requests = ["", "Explain rain.", "Write a poem about rain.", "Is it wet?"]
}

private func trim(
  _ text: String, _ role: TextRole, _ request: String, level: TrimLevel = .standard
) -> [TextEdit] {
  Trimmer(level: level).edits(
    of: Array(text.utf8).span, role: role, request: Array(request.utf8).span)
}

private func apply(_ edits: [TextEdit], _ text: String) -> String {
  let rest = Trimmer.applying(edits, to: Array(text.utf8).span)
  return String(validating: rest, as: UTF8.self) ?? "a scalar was cut"
}

/// Sorted, disjoint, not empty, within the text, on scalar boundaries.
private func expectSound(_ edits: [TextEdit], _ text: String) {
  let bytes = Array(text.utf8)
  var last = 0
  for edit in edits {
    #expect(edit.start >= last && edit.end > edit.start && edit.end <= bytes.count)
    for offset in [edit.start, edit.end] where offset < bytes.count {
      #expect(bytes[offset] & 0xC0 != 0x80)
    }
    last = edit.end
  }
}

/// Sebastiano Vigna's SplitMix64: the same texts for the same seed on every machine.
struct SplitMix {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  /// A text of fluff, sentences, code, white space and template tokens in any order.
  mutating func text() -> String {
    var text = ""
    for _ in 0..<below(12) { text += Self.pieces[below(Self.pieces.count)] }
    return text
  }

  private static let pieces = [
    "Sure! ", "Sure, here is the text:\n\n", "Hello! ", "I hope this helps! ", " ", "\n", "\n\n",
    "\r\n", "\n\n\n\n\n\n", "Rain falls upon the hill. ", "Rain falls upon the hill. ",
    "The sea warms in the sun, and the vapour of it rises to the sky.\n\n", "but not here. ",
    "However, it stops.", "```\n", "`x` ", "\"Quoted!\" ", "<think>", "</think>\n", "</s>", "<s>",
    "<|im_end|>", "### Response:\n", "[INST]", "1. One\n", "- two\n", "- ", "2. ", "| a |\n",
    "> said\n", "😊 ",
    "e\u{301}té ", "日本。", "👩‍👩‍👧", "    code()\n", "\t", "Let me know if you need more.\n",
    "As an AI language model, I do not have personal opinions. ", "?", "…", ":", "<noinput>",
    "Good luck! ", "Thank you for your question. ", "”", "I’d be happy to help! ",
  ]
}
