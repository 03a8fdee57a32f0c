internal import JSON
internal import Sketching
internal import Trimming

/// Reads the settings of DESIGN section 3 from JSON. Unknown names, wrong types and values out of
/// range are refused with their place; what is known and not built yet says so.
struct SettingsReader {
  let pointer: JSONPointer
  let files: FileAccess

  mutating func read(_ value: JSONValue, into change: inout SettingsChange) throws(InputError) {
    try members(value, at: pointer) { (name, value, place) throws(InputError) in
      switch name {
      case "near": try near(value, at: place, into: &change)
      case "trim": try trim(value, at: place, into: &change)
      case "score": try score(value, at: place, into: &change)
      case "fields": change.fields = .some(try fields(value, at: place))
      case "tokenizer":
        change.tokenizer = .some(value.isNull ? nil : try files.load(.tokenizer, value, at: place))
      case "perplexity": try perplexity(value, at: place, into: &change.perplexity)
      case "persist":
        guard let persist = value.bool else { throw expected("true or false", value, at: place) }
        change.persist = persist
      default: throw unknown(name, at: place)
      }
    }
  }

  private func near(
    _ value: JSONValue, at pointer: JSONPointer, into change: inout SettingsChange
  ) throws(InputError) {
    try members(value, at: pointer) { (name, value, place) throws(InputError) in
      switch name {
      case "threshold":
        let text = digits(of: value)
        guard value.kind == .number, let threshold = Threshold(text) else {
          throw InputError(
            .invalidSettings, "the threshold is a number above 0 and at most 1", at: place)
        }
        change.threshold = (threshold, text)
      case "shingle":
        let range = Settings.Near.shingleRange
        guard let shingle = value.integer, range.contains(shingle) else {
          throw InputError(
            .invalidSettings,
            "shingle is an integer from \(range.lowerBound) to \(range.upperBound)", at: place)
        }
        change.shingle = shingle
      case "field": change.field = try choice(value, at: place)
      case "text": change.text = try choice(value, at: place)
      default: throw unknown(name, at: place)
      }
    }
  }

  private func trim(
    _ value: JSONValue, at pointer: JSONPointer, into change: inout SettingsChange
  ) throws(InputError) {
    guard value.kind == .object else {
      change.trim = try level(value, at: pointer)
      return
    }
    try members(value, at: pointer) { (name, value, place) throws(InputError) in
      switch name {
      case "level": change.trim = try level(value, at: place)
      case "phrases":
        change.phrases = .some(value.isNull ? nil : try files.load(.phrases, value, at: place))
      default: throw unknown(name, at: place)
      }
    }
  }

  private func level(_ value: JSONValue, at pointer: JSONPointer) throws(InputError) -> TrimLevel {
    let level: TrimLevel = try choice(value, at: pointer)
    if level == .aggressive { throw notAvailable("trim \"aggressive\"", at: pointer) }
    return level
  }

  private func score(
    _ value: JSONValue, at pointer: JSONPointer, into change: inout SettingsChange
  ) throws(InputError) {
    try members(value, at: pointer) { (name, value, place) throws(InputError) in
      switch name {
      case "minimum":
        if value.isNull {
          change.minimumScore = .some(nil)
        } else {
          guard value.kind == .number, let minimum = ScoreText.hundredths(digits(of: value))
          else {
            throw InputError(
              .invalidSettings, "the minimum is null or a number from 1 to 10", at: place)
          }
          change.minimumScore = .some(minimum)
        }
      case "model":
        change.scoreModel = .some(
          value.isNull ? nil : try files.load(.scoreModel, value, at: place))
      default: throw unknown(name, at: place)
      }
    }
  }

  private func perplexity(
    _ value: JSONValue, at pointer: JSONPointer, into change: inout PerplexityBand.Change
  ) throws(InputError) {
    try members(value, at: pointer) { (name, value, place) throws(InputError) in
      switch name {
      case "minimum": change.minimum = .some(try limit(value, roundedUp: true, at: place))
      case "maximum": change.maximum = .some(try limit(value, roundedUp: false, at: place))
      case "model":
        change.model = .some(
          value.isNull ? nil : try files.load(.languageModel, value, at: place))
      default: throw unknown(name, at: place)
      }
    }
  }

  /// The digits of a number. Some writers print a binary fraction in full, 0.90000000000000002: what
  /// they were given, and mean, is the shortest decimal that reads as the same fraction.
  private func digits(of number: JSONValue) -> String {
    let text = number.rawText
    guard text.utf8.count >= 18, let value = Double(text) else { return text }
    return "\(value)"
  }

  private func limit(
    _ value: JSONValue, roundedUp: Bool, at pointer: JSONPointer
  ) throws(InputError) -> PerplexityBand.Limit? {
    if value.isNull { return nil }
    guard value.kind == .number,
      let limit = PerplexityBand.Limit(digits(of: value), roundedUp: roundedUp)
    else {
      throw InputError(
        .invalidSettings, "null or a perplexity from 1 to 1000000000 is expected", at: pointer)
    }
    return limit
  }

  private func fields(
    _ value: JSONValue, at pointer: JSONPointer
  ) throws(InputError) -> ExampleDecoder.FieldMap? {
    if value.isNull { return nil }
    var map = ExampleDecoder.FieldMap(prompt: [], response: [])
    try members(value, at: pointer) { (name, value, place) throws(InputError) in
      switch name {
      case "prompt": map.prompt = try pointers(value, at: place)
      case "response": map.response = try pointers(value, at: place)
      default: throw unknown(name, at: place)
      }
    }
    guard !map.response.isEmpty else {
      throw InputError(
        .invalidSettings, "fields needs at least one response pointer",
        at: pointer.appending("response"))
    }
    return map
  }

  private func pointers(
    _ value: JSONValue, at pointer: JSONPointer
  ) throws(InputError) -> [JSONPointer] {
    guard value.kind == .array else {
      throw expected("a list of JSON Pointers", value, at: pointer)
    }
    var found: [JSONPointer] = []
    for (index, element) in value.elements.enumerated() {
      guard element.kind == .string, let text = try? element.string(),
        let field = JSONPointer(text)
      else {
        throw InputError(
          .invalidSettings, "a JSON Pointer is expected, such as \"/output\"",
          at: pointer.appending(index))
      }
      found.append(field)
    }
    return found
  }

  // MARK: Pieces

  private func members(
    _ value: JSONValue, at pointer: JSONPointer,
    _ body: (String, JSONValue, JSONPointer) throws(InputError) -> Void
  ) throws(InputError) {
    guard value.kind == .object else { throw expected("an object", value, at: pointer) }
    for member in value.members {
      try body(member.name, member.value, pointer.appending(member.name))
    }
  }

  private func choice<Choice: RawRepresentable & CaseIterable>(
    _ value: JSONValue, at pointer: JSONPointer
  ) throws(InputError) -> Choice where Choice.RawValue == String {
    if value.kind == .string, let text = try? value.string(), let choice = Choice(rawValue: text) {
      return choice
    }
    let names = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
    throw InputError(.invalidSettings, "one of \(names) is expected", at: pointer)
  }

  private func expected(
    _ what: String, _ value: JSONValue, at pointer: JSONPointer
  ) -> InputError {
    InputError(
      .invalidSettings, "\(what) is expected, not \(value.kind.description)", at: pointer)
  }

  private func unknown(_ name: String, at pointer: JSONPointer) -> InputError {
    InputError(.invalidSettings, "\"\(name)\" is no setting", at: pointer)
  }

  private func notAvailable(_ what: String, at pointer: JSONPointer) -> InputError {
    InputError(.notAvailable, "\(what) is not available in this version", at: pointer)
  }
}

/// Scores as text.
package enum ScoreText {
  /// A number from 1 to 10 in hundredths; more digits are rounded up, since scores are compared as
  /// printed and a score of 6.99 does not reach 6.995. Nil for anything else.
  package static func hundredths(_ text: String) -> Int? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = Int(parts[0]), (1...10).contains(whole), parts[0].first != "+" else {
      return nil
    }
    var hundredths = whole * 100
    if parts.count == 2 {
      let digits = parts[1].utf8.map { Int($0) - 0x30 }
      guard !digits.isEmpty, digits.allSatisfy({ (0...9).contains($0) }) else { return nil }
      hundredths += digits[0] * 10 + (digits.count > 1 ? digits[1] : 0)
      if digits.dropFirst(2).contains(where: { $0 > 0 }) { hundredths += 1 }
    }
    return hundredths <= 1_000 ? hundredths : nil
  }
}
