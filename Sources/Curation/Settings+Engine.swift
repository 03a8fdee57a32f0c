internal import Shingling
internal import Sketching

extension Settings {
  /// What stored shingles depend on: a state that was written with another one cannot be gone on with.
  ///
  /// `"tokens 2 (Unicode 17), key 243f6a8885a308d3, shingle 3, field all, text original, threshold 4/5,
  /// bands 9x3 and 18x3"`
  package var engine: String {
    let threshold = near.threshold
    let (banding, samples) = (
      Banding.forThreshold(threshold), Banding.ofSamples(forThreshold: threshold)
    )
    // What a trimmer cuts changes what is measured only where that is asked for.
    let text =
      near.text == .trimmed ? "trimmed \(Self.trimmerVersion)" : near.text.rawValue
    return "tokens \(Self.tokensVersion) (Unicode 17), key "
      + String(HashKey.published.value, radix: 16)
      + ", shingle \(near.shingle), field \(near.field.rawValue), text \(text), threshold "
      + "\(threshold.numerator)/\(threshold.denominator), bands \(banding.bands)x\(banding.rows) "
      + "and \(samples.bands)x\(samples.rows)"
  }

  /// Goes up with every change of normalizing, tokens, shingle hashes or the form in which they are kept.
  private static let tokensVersion = 2
  /// Goes up with every change of what the trimmer cuts.
  private static let trimmerVersion = 3
}
