internal import JSON
package import Scoring

/// Which perplexities are kept, and with what they are measured.
package struct PerplexityBand: Equatable, Sendable {
  /// A limit as it was written, and in tenths, in which perplexity is printed and compared.
  package struct Limit: Equatable, Sendable {
    package let text: String
    package let tenths: Int

    /// Digits beyond the first after the point are rounded away from what is kept: a perplexity of
    /// 20.1 does not reach a minimum of 20.15. Nil unless it is a plain number from 1 to 10^9.
    package init?(_ text: String, roundedUp: Bool) {
      let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
      guard let whole = Int(parts[0]), (1...1_000_000_000).contains(whole) else { return nil }
      var tenths = whole * 10
      if parts.count == 2 {
        let digits = parts[1].utf8.map { Int($0) - 0x30 }
        guard !digits.isEmpty, digits.allSatisfy({ (0...9).contains($0) }) else { return nil }
        tenths += digits[0]
        if roundedUp, digits.dropFirst().contains(where: { $0 > 0 }) { tenths += 1 }
      }
      self.text = text
      self.tenths = tenths
    }

    package static func == (lhs: Limit, rhs: Limit) -> Bool { lhs.tenths == rhs.tenths }
  }

  package var minimum: Limit?
  package var maximum: Limit?
  /// Nil is the English model that ships with the program.
  package var model: NamedFile<LanguageModel>?

  package init() {}

  /// Whether anything is dropped for its perplexity.
  package var isLimited: Bool { minimum != nil || maximum != nil }

  func write(to writer: inout JSONWriter) {
    Change(
      minimum: .some(minimum), maximum: .some(maximum), model: model.map { .some($0) }
    ).write(to: &writer)
  }

  /// What a request names of it; what it leaves out stays nil.
  package struct Change: Sendable {
    package var minimum: Limit??
    package var maximum: Limit??
    package var model: NamedFile<LanguageModel>??

    mutating func merge(_ other: Change) {
      minimum = other.minimum ?? minimum
      maximum = other.maximum ?? maximum
      model = other.model ?? model
    }

    func applied(to band: PerplexityBand) -> PerplexityBand {
      var band = band
      if let minimum { band.minimum = minimum }
      if let maximum { band.maximum = maximum }
      if let model { band.model = model }
      return band
    }

    /// What is named, and nothing else; no member at all if nothing is.
    func write(to writer: inout JSONWriter) {
      guard minimum != nil || maximum != nil || model != nil else { return }
      writer.key("perplexity")
      writer.object { writer in
        for (name, limit) in [("minimum", minimum), ("maximum", maximum)] {
          guard let limit else { continue }
          writer.key(escaping: name)
          if let limit { writer.raw(limit.text.utf8.span) } else { writer.null() }
        }
        if let model {
          writer.key("model")
          if let model { model.write(to: &writer) } else { writer.null() }
        }
      }
    }
  }
}
