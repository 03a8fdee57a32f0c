package import JSON
package import Scoring
package import Sketching
package import Tokenizing
package import Trimming

/// The settings that a request names; what it leaves out stays nil.
package struct SettingsChange: Sendable {
  package var threshold: (value: Threshold, text: String)?
  package var shingle: Int?
  package var field: Settings.Near.Field?
  package var text: Settings.Near.Text?
  package var trim: TrimLevel?
  package var phrases: NamedFile<PhraseBook>??
  package var tokenizer: NamedFile<Tokenizer>??
  package var minimumScore: Int??
  package var scoreModel: NamedFile<ScoreModel>??
  package var perplexity = PerplexityBand.Change()
  package var fields: ExampleDecoder.FieldMap??
  package var persist: Bool?

  package init() {}

  /// - Parameters:
  ///   - pointer: where the settings stand in the request, for errors.
  ///   - files: who reads the files that are named.
  package init(
    _ value: JSONValue, at pointer: JSONPointer, files: FileAccess
  ) throws(InputError) {
    var reader = SettingsReader(pointer: pointer, files: files)
    try reader.read(value, into: &self)
  }

  /// The settings that are named, and no others.
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      if threshold != nil || shingle != nil || field != nil || text != nil {
        writer.key("near")
        writer.object { writer in
          if let threshold {
            writer.key("threshold")
            writer.raw(threshold.text.utf8.span)
          }
          if let shingle {
            writer.key("shingle")
            writer.integer(shingle)
          }
          if let field {
            writer.key("field")
            writer.string(field.rawValue)
          }
          if let text {
            writer.key("text")
            writer.string(text.rawValue)
          }
        }
      }
      if trim != nil || phrases != nil {
        writer.key("trim")
        Settings.write(trim: trim, phrases: phrases, to: &writer)
      }
      if minimumScore != nil || scoreModel != nil {
        writer.key("score")
        Settings.write(minimumScore: minimumScore, model: scoreModel, to: &writer)
      }
      perplexity.write(to: &writer)
      if let tokenizer {
        writer.key("tokenizer")
        if let tokenizer { tokenizer.write(to: &writer) } else { writer.null() }
      }
      if let fields {
        writer.key("fields")
        Settings.write(fields: fields, to: &writer)
      }
      if let persist {
        writer.key("persist")
        writer.bool(persist)
      }
    }
  }

  /// Takes over what the other one names.
  package mutating func merge(_ other: SettingsChange) {
    threshold = other.threshold ?? threshold
    shingle = other.shingle ?? shingle
    field = other.field ?? field
    text = other.text ?? text
    trim = other.trim ?? trim
    phrases = other.phrases ?? phrases
    tokenizer = other.tokenizer ?? tokenizer
    minimumScore = other.minimumScore ?? minimumScore
    scoreModel = other.scoreModel ?? scoreModel
    perplexity.merge(other.perplexity)
    fields = other.fields ?? fields
    persist = other.persist ?? persist
  }

  /// The settings with this change made.
  package func applied(to settings: Settings) -> Settings {
    var settings = settings
    if let threshold {
      settings.near.threshold = threshold.value
      settings.near.thresholdText = threshold.text
    }
    if let shingle { settings.near.shingle = shingle }
    if let field { settings.near.field = field }
    if let text { settings.near.text = text }
    if let trim { settings.trim = trim }
    if let phrases { settings.phrases = phrases }
    if let tokenizer { settings.tokenizer = tokenizer }
    if let minimumScore { settings.minimumScore = minimumScore }
    if let scoreModel { settings.scoreModel = scoreModel }
    settings.perplexity = perplexity.applied(to: settings.perplexity)
    if let fields { settings.fields = fields }
    if let persist { settings.persist = persist }
    return settings
  }

  /// The first setting named here that an existing corpus has otherwise, as a pointer.
  package func firstDifference(from settings: Settings) -> JSONPointer? {
    let new = applied(to: settings)
    let differs: [(Bool, [String])] = [
      (new.near.threshold != settings.near.threshold, ["near", "threshold"]),
      (new.near.shingle != settings.near.shingle, ["near", "shingle"]),
      (new.near.field != settings.near.field, ["near", "field"]),
      (new.near.text != settings.near.text, ["near", "text"]),
      (new.trim != settings.trim, ["trim"]),
      (new.phrases != settings.phrases, ["trim", "phrases"]),
      (new.tokenizer != settings.tokenizer, ["tokenizer"]),
      (new.minimumScore != settings.minimumScore, ["score", "minimum"]),
      (new.scoreModel != settings.scoreModel, ["score", "model"]),
      (new.perplexity.minimum != settings.perplexity.minimum, ["perplexity", "minimum"]),
      (new.perplexity.maximum != settings.perplexity.maximum, ["perplexity", "maximum"]),
      (new.perplexity.model != settings.perplexity.model, ["perplexity", "model"]),
      (new.fields != settings.fields, ["fields"]),
      (new.persist != settings.persist, ["persist"]),
    ]
    return differs.first { $0.0 }.map { difference in
      difference.1.reduce(JSONPointer.root) { $0.appending($1) }
    }
  }
}
