/// What a TCP peer shows first.
enum Token {
  /// Whether what was given is the token. Takes the same time wherever the two differ, so that it
  /// cannot be guessed byte by byte. Without a token of its own the server awaits an empty one, which
  /// nobody can show.
  static func isShown(_ given: [UInt8], _ expected: [UInt8]) -> Bool {
    var difference = UInt8(given.count == expected.count && !expected.isEmpty ? 0 : 1)
    for (index, byte) in expected.enumerated() {
      difference |= byte ^ (index < given.count ? given[index] : ~byte)
    }
    return difference == 0
  }
}
