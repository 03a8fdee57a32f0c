internal import Synchronization

/// A model's tokenizer, read from a file: texts to the model's token ids.
///
/// A text goes through added tokens, normalizer, pre-tokenizer and model, as in the library whose
/// files these are (`tokenizers`); special tokens around a text are not put there. A tokenizer never
/// changes; the memory that goes with encoding is a `TokenEncoder`'s.
package final class Tokenizer: Sendable {
  enum Model: Sendable {
    case bytePair(BytePairModel)
    case wordPiece(WordPieceModel)
    case unigram(UnigramModel)
    case wordLevel(WordLevelModel)
  }

  let model: Model
  let normalizer: Normalizer?
  let steps: [PreTokenizer]
  /// Found in the text as it came, and in the normalized text.
  let addedBefore: AddedTokens
  let addedAfter: AddedTokens
  /// Caches of encoders that are gone, for the next ones.
  private let idle = Mutex<[WordCache]>([])
  private static let idleMaximum = 64

  init(
    model: Model, normalizer: Normalizer?, steps: [PreTokenizer], addedBefore: AddedTokens,
    addedAfter: AddedTokens
  ) {
    self.model = model
    self.normalizer = normalizer
    self.steps = steps
    self.addedBefore = addedBefore
    self.addedAfter = addedAfter
  }

  /// Larger files are no tokenizers that anyone uses.
  package static let fileBytesMaximum = 64 << 20

  /// Reads a `tokenizer.json`, a tiktoken file of ranks, or Mistral's `tekken.json`; which it is,
  /// its first bytes tell.
  ///
  /// - Throws: what is wrong, or not supported, and in which part.
  package static func read(_ bytes: [UInt8]) throws(TokenizerProblem) -> Tokenizer {
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
    guard let first = bytes.first(where: { !isBlank($0) }) else {
      throw TokenizerProblem("the file is empty")
    }
    if first == UInt8(ascii: "{") { return try TokenizerFile.read(bytes) }
    // Lines of base64 are nothing but printable ASCII.
    if bytes.contains(where: { $0 >= 0x7F || $0 < 0x20 && !isBlank($0) }) {
      throw TokenizerProblem(
        "a SentencePiece model; its tokenizer.json is needed, as conversion programs write it")
    }
    return try TiktokenFile.read(bytes)
  }

  func takeCache() -> WordCache {
    idle.withLock { $0.popLast() } ?? WordCache()
  }

  func giveBack(_ cache: WordCache) {
    idle.withLock { if $0.count < Self.idleMaximum { $0.append(cache) } }
  }
}
