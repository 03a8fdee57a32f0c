import Shingling
import Testing

struct ShinglerTests {
  private let isDebug = _isDebugAssertConfiguration()

  @Test(arguments: [1, 2, 3, 5])
  func `random texts give what the plain twin gives`(shingle: Int) {
    var random = SplitMix(seed: UInt64(shingle))
    var shingler = Shingler(shingle: shingle, key: .published)
    for _ in 0..<(isDebug ? 1_000 : 10_000) {
      let parts = (0..<3).map { _ in RandomText.make(length: 20, using: &random) }
      let normalized = PlainShingling.normalized(parts)
      let tokens = PlainShingling.tokens(of: normalized)
      shingler.begin()
      for part in parts { shingler.append(part.utf8.span) }
      #expect(Array(shingler.normalizedText.utf8) == Array(normalized.utf8), "\(parts)")
      #expect(shingler.tokens.map { Array($0.utf8) } == tokens.map { Array($0.utf8) }, "\(parts)")
      let text = shingler.finish()
      #expect(text.tokenCount == tokens.count, "\(parts)")
      let shingles = PlainShingling.shingles(of: tokens, shingle: shingle)
      #expect(text.shingles.count == shingles.count, "\(parts)")
    }
  }

  @Test func `every scalar among letters gives what the plain twin gives`() {
    var shingler = Shingler(shingle: 3, key: .published)
    let step: UInt32 = isDebug ? 7 : 1
    var failures = 0
    for value in stride(from: UInt32(0), through: 0x10FFFF, by: UInt32.Stride(step)) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = "Ab\(scalar)o\(scalar)\(scalar) \(scalar)"
      let normalized = PlainShingling.normalized([text])
      shingler.begin()
      shingler.append(text.utf8.span)
      let same =
        Array(shingler.normalizedText.utf8) == Array(normalized.utf8)
        && shingler.tokens.map { Array($0.utf8) }
          == PlainShingling.tokens(of: normalized).map { Array($0.utf8) }
      if !same { failures += 1 }
    }
    #expect(failures == 0)
  }

  @Test func `equal normalized texts and only they have equal fingerprints`() {
    var random = SplitMix(seed: 11)
    var shingler = Shingler(shingle: 3, key: .published)
    var seen: [Fingerprint: String] = [:]
    for _ in 0..<2_000 {
      let text = RandomText.make(length: 4, using: &random)
      let normalized = PlainShingling.normalized([text])
      let shingled = shingler.shingles(text)
      if let before = seen.updateValue(normalized, forKey: shingled.fingerprint) {
        #expect(Array(before.utf8) == Array(normalized.utf8))
      }
      #expect(shingler.shingles(normalized).fingerprint == shingled.fingerprint || text.isEmpty)
    }
  }

  @Test func `parts are joined by one newline and empty parts are skipped`() {
    var shingler = Shingler(shingle: 3, key: .published)
    let joined = shingler.shingles("one two\nthree four")
    for parts in [["one two", "three four"], ["", "one two", "", "three four", ""]] {
      shingler.begin()
      for part in parts { shingler.append(part.utf8.span) }
      let text = shingler.finish()
      #expect(text.fingerprint == joined.fingerprint)
      #expect(text.shingles == joined.shingles)
    }
    #expect(shingler.shingles("one twothree four").fingerprint != joined.fingerprint)
  }

  @Test func `token boundaries and numbers of tokens are part of a shingle`() {
    var shingler = Shingler(shingle: 3, key: .published)
    let texts = ["ab c", "a bc", "abc", "a b c", "b a", "a b", "a", "b", "aa", "a a", "a a a"]
    let sets = texts.map { shingler.shingles($0).shingles }
    for (i, a) in sets.enumerated() {
      #expect(a.count == 1)
      for b in sets[..<i] { #expect(a != b) }
    }
  }

  @Test func `a text without tokens has no shingles`() {
    var shingler = Shingler(shingle: 3, key: .published)
    for text in ["", " ", "\u{A0}\n\t\u{2028}"] {
      let shingled = shingler.shingles(text)
      #expect(shingled.tokenCount == 0)
      #expect(shingled.shingles.isEmpty)
    }
  }

  @Test func `the key changes every hash and nothing else`() {
    var published = Shingler(shingle: 3, key: .published)
    var secret = Shingler(shingle: 3, key: HashKey(7))
    let (a, b) = (published.shingles("one two three four"), secret.shingles("one two three four"))
    #expect(a.fingerprint != b.fingerprint)
    #expect(a.shingles.count == b.shingles.count)
    #expect(Set(a.shingles.hashes).isDisjoint(with: b.shingles.hashes))
  }

  @Test func `a long text is shingled after short ones and before them`() {
    var shingler = Shingler(shingle: 3, key: .published)
    let short = shingler.shingles("a short text")
    let long = (0..<200_000).map { "w\($0)" }.joined(separator: " ")
    let shingled = shingler.shingles(long)
    #expect(shingled.tokenCount == 200_000)
    #expect(shingled.shingles.count == 199_998)
    #expect(shingled.shingles.isSample)
    #expect(shingler.shingles("a short text").shingles == short.shingles)
  }

  /// Hashes are written into states: whoever changes them has to raise a version.
  @Test func `published hashes never change`() {
    var shingler = Shingler(shingle: 3, key: .published)
    let text = shingler.shingles("The cat  sat\non it.")
    #expect(
      text.fingerprint == Fingerprint(high: 0x4480_AC2D_B6FD_D891, low: 0xCC42_AC67_61E4_2F60))
    #expect(text.tokenCount == 6)
    #expect(text.shingles.hashes == [0x56D6_0AFF, 0x7EC6_095B, 0x8D07_5713, 0xB5E1_4B81])
  }
}
