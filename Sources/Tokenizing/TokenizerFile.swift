internal import JSON

/// Reads `tokenizer.json`, the format of the library `tokenizers`, and Mistral's `tekken.json`.
///
/// What the format has and this program has not is refused by name: a count that is nearly right
/// would be worse than none.
struct TokenizerFile {
  static func read(_ bytes: [UInt8]) throws(TokenizerProblem) -> Tokenizer {
    let root: JSONValue
    do throws(JSONError) {
      root = try JSONParser().parse(bytes).root
    } catch {
      throw TokenizerProblem("not JSON: \(error.message)")
    }
    if root["model"] == nil, root["config"] != nil { return try TekkenFile.read(root) }
    guard let model = root["model"], model.kind == .object else {
      throw TokenizerProblem("no /model: this is no tokenizer.json")
    }
    let normalizer = try NormalizerReader.read(Part(root["normalizer"], "/normalizer"))
    var steps = try PreTokenizerReader.read(Part(root["pre_tokenizer"], "/pre_tokenizer"))
    // Where the last step makes bytes characters, the model works on the bytes themselves.
    var onBytes = false
    if case .byteLevel(let addsSpace, mapsBytes: true) = steps.last {
      onBytes = true
      steps[steps.count - 1] = .byteLevel(addsSpace: addsSpace, mapsBytes: false)
    }
    let made = try ModelReader.read(Part(model, "/model"), onBytes: onBytes)
    if case .bytePair(let pairs) = made, !onBytes, pairs.neverJoins(before: ModelReader.mark) {
      steps.append(.runs(of: ModelReader.mark))
    }
    let (before, after) = try addedTokens(Part(root["added_tokens"], "/added_tokens"), normalizer)
    return Tokenizer(
      model: made, normalizer: normalizer, steps: steps, addedBefore: before, addedAfter: after)
  }

  private static func addedTokens(
    _ list: Part, _ normalizer: Normalizer?
  ) throws(TokenizerProblem) -> (before: AddedTokens, after: AddedTokens) {
    var (before, after) = (AddedTokens(), AddedTokens())
    for part in try list.elements() {
      let text = try part.member("content").bytes()
      var token = AddedTokens.Token(id: try part.member("id").id())
      token.isWholeWord = try part.member("single_word").bool(or: false)
      token.takesSpaceBefore = try part.member("lstrip").bool(or: false)
      token.takesSpaceAfter = try part.member("rstrip").bool(or: false)
      let isSpecial = try part.member("special").bool(or: false)
      if try part.member("normalized").bool(or: !isSpecial) {
        after.insert(normalizer?.apply(text) ?? text, token)
      } else {
        before.insert(text, token)
      }
    }
    return (before, after)
  }
}

/// A value of the file with its place, for messages.
struct Part {
  let value: JSONValue?
  let place: String

  init(_ value: JSONValue?, _ place: String) {
    self.value = value.flatMap { $0.isNull ? nil : $0 }
    self.place = place
  }

  var isAbsent: Bool { value == nil }

  func member(_ name: String) -> Part { Part(value?[name], "\(place)/\(name)") }

  func problem(_ what: String) -> TokenizerProblem { TokenizerProblem("\(place): \(what)") }

  func elements() throws(TokenizerProblem) -> [Part] {
    guard let value else { return [] }
    guard value.kind == .array else { throw problem("a list is expected") }
    return value.elements.enumerated().map { Part($1, "\(place)/\($0)") }
  }

  func bytes() throws(TokenizerProblem) -> [UInt8] {
    guard let value, value.kind == .string, let bytes = try? value.utf8() else {
      throw problem("a text is expected")
    }
    return bytes
  }

  func text() throws(TokenizerProblem) -> String { String(decoding: try bytes(), as: UTF8.self) }

  func bool(or other: Bool) throws(TokenizerProblem) -> Bool {
    guard let value else { return other }
    guard let bool = value.bool else { throw problem("true or false is expected") }
    return bool
  }

  func integer() throws(TokenizerProblem) -> Int {
    guard let integer = value?.integer else { throw problem("an integer is expected") }
    return integer
  }

  static let idMaximum = 1 << 24

  func id() throws(TokenizerProblem) -> UInt32 {
    let id = try integer()
    guard (0...Self.idMaximum).contains(id) else {
      throw problem("a token's id is from 0 to \(Self.idMaximum)")
    }
    return UInt32(id)
  }

  /// The `type` of a part that has one.
  func type() throws(TokenizerProblem) -> String { try member("type").text() }

  func unsupported(_ type: String) -> TokenizerProblem {
    problem("the type \"\(type)\" is not supported")
  }

  /// A pattern: `{"String": …}` or `{"Regex": …}`.
  func pattern() throws(TokenizerProblem) -> TextPattern {
    if !member("String").isAbsent {
      let text = try member("String").bytes()
      guard !text.isEmpty else { throw member("String").problem("an empty text splits nothing") }
      return .text(text)
    }
    let expression = try member("Regex").text()
    if let known = KnownSplit(expression) { return .known(known) }
    do throws(TokenizerProblem) {
      return .expression(try PatternMatcher(expression))
    } catch {
      throw member("Regex").problem(error.description)
    }
  }
}

/// Mistral's format: tokens in base64 with ranks, and the expression that splits.
enum TekkenFile {
  static func read(_ root: JSONValue) throws(TokenizerProblem) -> Tokenizer {
    let config = Part(root["config"], "/config")
    let expression = try config.member("pattern").text()
    let pattern: TextPattern
    if let known = KnownSplit(expression) {
      pattern = .known(known)
    } else {
      do throws(TokenizerProblem) {
        pattern = .expression(try PatternMatcher(expression))
      } catch {
        throw config.member("pattern").problem(error.description)
      }
    }
    let special = try config.member("default_num_special_tokens").integer()
    let size = try config.member("default_vocab_size").integer()
    guard special >= 0, size > special, size <= Part.idMaximum else {
      throw config.problem("the sizes of the vocabulary do not fit")
    }
    // Ids of the special tokens come first; the file has more ranks than the vocabulary takes.
    var ranks: [(token: [UInt8], rank: UInt32)] = []
    for part in try Part(root["vocab"], "/vocab").elements().prefix(size - special) {
      guard let token = Base64.decode(try part.member("token_bytes").bytes()[...]), !token.isEmpty
      else { throw part.member("token_bytes").problem("base64 is expected") }
      ranks.append((token, try part.member("rank").id() + UInt32(special)))
    }
    do throws(TokenizerProblem) {
      try TiktokenFile.check(&ranks)
    } catch {
      throw TokenizerProblem("/vocab: \(error)")
    }
    return TiktokenFile.tokenizer(ranks, pattern, normalizer: nil)
  }
}
