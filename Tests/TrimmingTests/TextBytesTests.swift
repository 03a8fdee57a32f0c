import Testing

@testable import Trimming

@Suite struct `Looking for bytes` {
  @Test(arguments: 1...20)
  func `finds the first as the plain loop does`(_ seed: Int) {
    var random = SplitMix(seed: UInt64(seed))
    // Neighbours of what is looked for, and bytes with the high bit, where borrows could mislead.
    let alphabet: [UInt8] = [
      0x0A, 0x0B, 0x09, 0x2E, 0x2F, 0x00, 0x01, 0x8A, 0xAE, 0xFF, 0x61, 0x80,
    ]
    for _ in 0..<200 {
      let bytes = (0..<random.below(40)).map { _ in alphabet[random.below(alphabet.count)] }
      let wanted = (0..<3).map { _ in alphabet[random.below(6)] }
      let start = random.below(bytes.count + 1)
      let end = start + random.below(bytes.count - start + 1)
      let plain = bytes[start..<end].firstIndex(where: wanted.contains) ?? end
      #expect(
        TextBytes.first(wanted[0], wanted[1], wanted[2], bytes.span, start, end) == plain)
    }
  }
}
