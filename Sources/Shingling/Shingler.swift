// Text → shingle set, in three passes over scratch buffers that live as long as the shingler:
//
//   1. append   each part → normalized UTF-8 (NFC, lower case, white space runs to one space)
//   2. finish   normalized bytes → one 64-bit hash a token, and the fingerprint of all bytes
//   3. finish   n consecutive token hashes → one 64-bit hash a shingle → sorted, distinct
//
// Hashes, with k a derived key and folded(a, b) the two halves of a·b exclusive-or'ed:
//
//   token    s = k1 ^ length·φ, then s = folded(s ^ word, m) for each 8 bytes, the last zero-padded
//   shingle  s = k2 ^ number of tokens·φ, then s = s·m + token for each, then mixed(s): tokens are
//            well-mixed numbers of 64 bits by then, so that two runs have one sum with probability
//            2^-64
//
// A token's length and a shingle's number of tokens are hashed with it, so that "ab c" and "a bc"
// differ, and a text of two tokens differs from a text that contains both.
// Example, n = 3: "The cat  sat\non it." → "the cat sat on it." → the, cat, sat, on, it, .
// → {the cat sat, cat sat on, sat on it, on it .}, 4 shingles.

/// What the corpus needs of one text.
package struct ShingledText: Sendable {
  /// Hash of the normalized text: equal for equal ones.
  package let fingerprint: Fingerprint
  package let tokenCount: Int
  package let shingles: ShingleSet
}

/// Turns texts into shingle sets, one after another. One a thread.
///
/// ```swift
/// var shingler = Shingler(shingle: 3, key: .published)
/// shingler.begin()
/// shingler.append(prompt.utf8.span)
/// shingler.append(response.utf8.span)
/// let text = shingler.finish()
/// ```
package struct Shingler {
  /// Tokens in a shingle.
  package let shingle: Int

  /// Scratch of more bytes than this is given back after use.
  static let keptBytesMaximum = 1 << 20

  let key: HashKey
  let table = UnicodeTable.pinned
  let tokenSeed: UInt64
  let shingleSeed: UInt64

  /// The normalized text is what lies before the cursor; at least 16 more bytes follow.
  var normalized = [UInt8](repeating: 0, count: 4096)
  var cursor = NormalizedCursor()
  private var hasParts = false
  /// Of the text that is finished; beyond its tokens there is what was there before.
  var tokenHashes: [UInt64] = []
  private var sorter = HashSorter()

  /// - Parameter shingle: tokens in a shingle, at least 1.
  package init(shingle: Int, key: HashKey) {
    precondition(shingle >= 1, "a shingle has at least one token")
    self.shingle = shingle
    self.key = key
    tokenSeed = key.derived(1)
    shingleSeed = key.derived(2)
  }

  /// Begins a text; what was appended since the last `finish` is forgotten.
  ///
  /// - Complexity: O(1).
  package mutating func begin() {
    cursor = NormalizedCursor()
    hasParts = false
  }

  /// Adds a part to the text; parts are joined by one newline, an empty part is skipped.
  ///
  /// - Parameter text: valid UTF-8.
  /// - Complexity: O(size); a part that is not in NFC is normalized twice, with a copy between.
  package mutating func append(_ text: Span<UInt8>) {
    guard !text.isEmpty else { return }
    if hasParts && !cursor.endsInSpace {
      reserve(1)
      normalized[cursor.count] = UInt8(ascii: " ")
      cursor = NormalizedCursor(count: cursor.count + 1, endsInSpace: true)
    }
    hasParts = true
    normalize(text)
  }

  /// Ends the text: its fingerprint, number of tokens and shingle set.
  ///
  /// - Complexity: O(size of the text) expected, about 2 µs for 60 words.
  package mutating func finish() -> ShingledText {
    finish { _ in }
  }

  /// The same, and the upper halves of all shingle hashes in the order of the text, repeats included:
  /// two texts have a run of equal tokens where they have a run of equal hashes.
  package mutating func finish(inOrder ordered: inout [UInt32]) -> ShingledText {
    finish { ordered.append(UInt32(truncatingIfNeeded: $0 >> 32)) }
  }

  @inline(__always)
  private mutating func finish(_ alsoTo: (UInt64) -> Void) -> ShingledText {
    let tokenCount = hashTokens()
    let fingerprint = Fingerprint(of: normalized.span.bytes, count: cursor.count, key: key)
    let (tokens, seed, width) = (tokenHashes, shingleSeed, min(shingle, tokenCount))
    let shingles = sorter.set(of: tokenCount > 0 ? tokenCount - width + 1 : 0) { hashes in
      var index = 0
      Self.forEachShingle(
        of: tokens.span.extracting(first: tokenCount), width: width, seed: seed
      ) { hash in
        hashes[unchecked: index] = hash
        index += 1
        alsoTo(hash)
      }
    }
    if normalized.count > Self.keptBytesMaximum { giveBackScratch() }
    begin()
    return ShingledText(fingerprint: fingerprint, tokenCount: tokenCount, shingles: shingles)
  }

  /// Makes room for so many more normalized bytes, and for the loads and stores that overshoot.
  mutating func reserve(_ count: Int) {
    let missing = cursor.count + count + 16 - normalized.count
    if missing > 0 {
      normalized += repeatElement(0, count: max(missing, normalized.count))
    }
  }

  /// Calls `body` with the hash of every run of `width` tokens, in the order of the text.
  @inline(__always)
  private static func forEachShingle(
    of tokens: Span<UInt64>, width: Int, seed: UInt64, _ body: (UInt64) -> Void
  ) {
    let seed = seed ^ UInt64(width) &* Mixing.golden
    for first in 0...(tokens.count - width) {
      var state = seed
      // Unrolled for the usual width.
      if width == 3 {
        state = state &* Mixing.multiplier &+ tokens[unchecked: first]
        state = state &* Mixing.multiplier &+ tokens[unchecked: first + 1]
        state = state &* Mixing.multiplier &+ tokens[unchecked: first + 2]
      } else {
        for offset in 0..<width {
          state = state &* Mixing.multiplier &+ tokens[unchecked: first + offset]
        }
      }
      body(Mixing.mixed(state))
    }
  }

  private mutating func giveBackScratch() {
    normalized = [UInt8](repeating: 0, count: 4096)
    tokenHashes = []
  }
}
