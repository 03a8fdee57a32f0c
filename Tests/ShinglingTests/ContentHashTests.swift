import Shingling
import Testing

struct ContentHashTests {
  func hash(_ parts: [(label: UInt64, text: [UInt8])]) -> UInt64 {
    var hash = ContentHash(key: .published)
    for part in parts { hash.absorb(part.text.span, label: part.label) }
    return hash.value
  }

  @Test func `texts of every size that differ in one byte have different hashes`() {
    var random = SplitMix(seed: 11)
    var seen: Set<UInt64> = []
    var count = 0
    for size in 0...70 {
      let text = (0..<size).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      seen.insert(hash([(1, text)]))
      count += 1
      for place in text.indices {
        var other = text
        other[place] ^= 1 << UInt8(random.next() % 8)
        seen.insert(hash([(1, other)]))
        count += 1
      }
    }
    #expect(seen.count == count)
  }

  @Test func `where a part ends and what it is called are part of it`() {
    let text = Array("a prompt of some length, and its answer".utf8)
    var seen: Set<UInt64> = []
    for cut in 0...text.count {
      seen.insert(hash([(1, Array(text[..<cut])), (2, Array(text[cut...]))]))
      seen.insert(hash([(1, Array(text[..<cut])), (1, Array(text[cut...]))]))
    }
    seen.insert(hash([(1, text)]))
    #expect(seen.count == 2 * (text.count + 1) + 1)
  }

  @Test func `zeros at the end count`() {
    let sizes = 0...40
    #expect(Set(sizes.map { hash([(1, [UInt8](repeating: 0, count: $0))]) }).count == 41)
  }

  /// Hashes are written into states: whoever changes them has to raise a version.
  @Test func `published hashes never change`() {
    #expect(
      hash([(1, Array("The cat sat on it.".utf8)), (2, Array("Why?".utf8))])
        == 0xCF99_55DC_3DF3_C283)
  }
}
