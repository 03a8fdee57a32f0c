package import JSON
package import Scoring
package import Sketching
package import Tokenizing
package import Trimming

/// What a corpus judges by.
package struct Settings: Equatable, Sendable {
  /// How near-duplicates are told: the corpus's index. Frozen when the corpus is made.
  package struct Near: Equatable, Sendable {
    package enum Field: String, CaseIterable, Sendable { case all, prompt, response }
    package enum Text: String, CaseIterable, Sendable { case original, trimmed }

    /// As it was written, for telling it again.
    package var thresholdText = "0.8"
    package var threshold = Near.defaultThreshold
    package var shingle = 3
    package var field = Field.all
    package var text = Text.original

    package init() {}

    private static let defaultThreshold: Threshold = {
      guard let threshold = Threshold(numerator: 4, denominator: 5) else {
        preconditionFailure("4/5 is a threshold")
      }
      return threshold
    }()

    package static let shingleRange = 1...32

    package static func == (lhs: Near, rhs: Near) -> Bool {
      lhs.threshold == rhs.threshold && lhs.shingle == rhs.shingle && lhs.field == rhs.field
        && lhs.text == rhs.text
    }
  }

  package var near = Near()
  package var trim = TrimLevel.standard
  /// A user's own stock phrases.
  package var phrases: NamedFile<PhraseBook>?
  /// The model's tokenizer; without one tokens are estimated.
  package var tokenizer: NamedFile<Tokenizer>?
  /// Hundredths of a point, 100 to 1,000; nil drops nothing for its score.
  package var minimumScore: Int? = 700
  /// A user's own score.
  package var scoreModel: NamedFile<ScoreModel>?
  package var perplexity = PerplexityBand()
  package var fields: ExampleDecoder.FieldMap?
  /// Whether the corpus outlives the process. Frozen when the corpus is made.
  package var persist = false

  package init() {}

  /// As `write` has it.
  package var json: [UInt8] {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.take()
  }

  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.key("near")
      writer.object { writer in
        writer.key("threshold")
        writer.raw(near.thresholdText.utf8.span)
        writer.key("shingle")
        writer.integer(near.shingle)
        writer.key("field")
        writer.string(near.field.rawValue)
        writer.key("text")
        writer.string(near.text.rawValue)
      }
      writer.key("trim")
      Self.write(trim: trim, phrases: phrases.map { .some($0) }, to: &writer)
      writer.key("score")
      Self.write(
        minimumScore: .some(minimumScore), model: scoreModel.map { .some($0) }, to: &writer)
      perplexity.write(to: &writer)
      if let tokenizer {
        writer.key("tokenizer")
        tokenizer.write(to: &writer)
      }
      if let fields {
        writer.key("fields")
        Self.write(fields: fields, to: &writer)
      }
      writer.key("persist")
      writer.bool(persist)
    }
  }

  /// The level alone, or an object where phrases are named.
  static func write(
    trim: TrimLevel?, phrases: NamedFile<PhraseBook>??, to writer: inout JSONWriter
  ) {
    guard let phrases = phrases else { return writer.string((trim ?? .standard).rawValue) }
    writer.object { writer in
      if let trim {
        writer.key("level")
        writer.string(trim.rawValue)
      }
      writer.key("phrases")
      if let phrases { phrases.write(to: &writer) } else { writer.null() }
    }
  }

  static func write(
    minimumScore: Int??, model: NamedFile<ScoreModel>??, to writer: inout JSONWriter
  ) {
    writer.object { writer in
      if let minimumScore {
        writer.key("minimum")
        if let minimumScore { writer.decimal(minimumScore, decimals: 2) } else { writer.null() }
      }
      if let model {
        writer.key("model")
        if let model { model.write(to: &writer) } else { writer.null() }
      }
    }
  }

  static func write(fields: ExampleDecoder.FieldMap?, to writer: inout JSONWriter) {
    guard let fields else { return writer.null() }
    writer.object { writer in
      for (name, pointers) in [("prompt", fields.prompt), ("response", fields.response)] {
        writer.key(escaping: name)
        writer.array { writer in
          for pointer in pointers { writer.string(pointer.description) }
        }
      }
    }
  }
}
