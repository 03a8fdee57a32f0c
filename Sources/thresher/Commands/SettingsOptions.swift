internal import ArgumentParser
internal import Curation
internal import Glibc
internal import JSON

/// The flags that change verdicts. Each can also come from the environment (`THRESHER_TRIM=off`)
/// or from a settings file; the flag wins over the environment, that over the file.
struct SettingsOptions: ParsableArguments {
  @Option(help: "Jaccard similarity from which two examples are near-duplicates, 0 to 1. (0.8)")
  var nearThreshold: String?

  @Option(help: "Tokens in a shingle. (3)")
  var nearShingle: String?

  @Option(help: "What is compared: all, prompt or response. (all)")
  var nearField: String?

  @Option(help: "Compare the original or the trimmed text. (original)")
  var nearText: String?

  @Option(help: "Drop what scores below this, 1 to 10; none drops nothing. (7)")
  var minimumScore: String?

  @Option(
    help: .init("Score with this model of \"thresher train score\".", valueName: "file"))
  var scoreModel: String?

  @Option(help: "Drop responses with a perplexity below this. (none)")
  var minimumPerplexity: String?

  @Option(help: "Drop responses with a perplexity above this. (none)")
  var maximumPerplexity: String?

  @Option(
    help: .init(
      "Measure perplexity with this model, ARPA or of \"thresher train lm\". (English, built in)",
      valueName: "file"))
  var perplexityModel: String?

  @Option(help: "Cut what carries nothing: off or standard. (standard)")
  var trim: String?

  @Option(
    help: .init(
      "The model's tokenizer.json or tiktoken file, to count its tokens. (an estimate)",
      valueName: "file"))
  var tokenizer: String?

  @Option(help: .init("A file of stock phrases of your own to cut as well.", valueName: "file"))
  var trimPhrases: String?

  @Option(help: "Where the prompt stands: a key or a JSON Pointer; repeatable.")
  var promptKey: [String] = []

  @Option(help: "Where the response stands: a key or a JSON Pointer; repeatable.")
  var responseKey: [String] = []

  @Option(
    help: .init(
      "A settings file: the same settings as corpus/open takes, in JSON.",
      valueName: "file"))
  var config: String?

  /// All settings that were named somewhere.
  func change() throws -> SettingsChange {
    var settings = SettingsChange()
    if let config = config ?? environment("THRESHER_CONFIG") { try read(config, into: &settings) }
    try apply(to: &settings)
    return settings
  }

  func settings() throws -> Settings { try change().applied(to: Settings()) }

  private func read(_ path: String, into change: inout SettingsChange) throws {
    let bytes = try WholeFile.read(path)
    do {
      // Files it names are looked for beside it.
      change = try SettingsChange(
        try JSONParser().parse(bytes).root, at: .root,
        files: .relative(SettingsFiles(DiskFiles()), to: DiskFiles.folder(of: path)))
    } catch let error as JSONError {
      throw Failure("\(path): not JSON: \(error.message)")
    } catch let error as InputError {
      throw Failure("\(path): \(error.message), at \(error.pointer)")
    }
  }

  /// Flags and environment go the way that settings on the wire go: one reader, one set of rules.
  private func apply(to change: inout SettingsChange) throws {
    let single: [(flag: String, value: String?, path: [String])] = [
      ("near-threshold", nearThreshold, ["near", "threshold"]),
      ("near-shingle", nearShingle, ["near", "shingle"]),
      ("near-field", nearField, ["near", "field"]),
      ("near-text", nearText, ["near", "text"]),
      ("minimum-score", minimumScore, ["score", "minimum"]),
      ("score-model", scoreModel, ["score", "model"]),
      ("minimum-perplexity", minimumPerplexity, ["perplexity", "minimum"]),
      ("maximum-perplexity", maximumPerplexity, ["perplexity", "maximum"]),
      ("perplexity-model", perplexityModel, ["perplexity", "model"]),
      ("trim", trim, ["trim"]), ("trim-phrases", trimPhrases, ["trim", "phrases"]),
      ("tokenizer", tokenizer, ["tokenizer"]),
    ]
    for (flag, given, path) in single {
      let variable = "THRESHER_" + String(flag.map { $0 == "-" ? "_" : $0 }).uppercased()
      guard let text = given ?? environment(variable) else { continue }
      let source = given == nil ? variable : "--\(flag)"
      try merge(Self.json(text, at: path), from: source, into: &change)
    }
    guard !promptKey.isEmpty || !responseKey.isEmpty else { return }
    guard !responseKey.isEmpty else { throw Failure("--prompt-key needs --response-key as well") }
    var writer = JSONWriter()
    writer.object { writer in
      writer.key("fields")
      writer.object { writer in
        for (name, keys) in [("prompt", promptKey), ("response", responseKey)] {
          writer.key(escaping: name)
          writer.array { writer in
            for key in keys {
              writer.string(
                key.hasPrefix("/") ? key : JSONPointer.root.appending(key).description)
            }
          }
        }
      }
    }
    try merge(writer.take(), from: "--prompt-key, --response-key", into: &change)
  }

  /// `{"near": {"threshold": 0.9}}` for ("0.9", ["near", "threshold"]).
  private static func json(_ text: String, at path: [String]) -> [UInt8] {
    var writer = JSONWriter()
    for name in path {
      writer.beginObject()
      writer.key(escaping: name)
    }
    if (try? JSONParser().parse(Array(text.utf8)))?.root.kind == .number {
      writer.raw(Array(text.utf8).span)
    } else if text == "none" {
      writer.null()
    } else {
      writer.string(text)
    }
    for _ in path { writer.endObject() }
    return writer.take()
  }

  private func merge(
    _ json: [UInt8], from source: String, into change: inout SettingsChange
  ) throws {
    do {
      let value = try JSONParser().parse(json).root
      change.merge(
        try SettingsChange(
          value, at: .root,
          files: .relative(SettingsFiles(DiskFiles()), to: DiskFiles.workingFolder)))
    } catch let error as InputError {
      throw Failure("\(source): \(error.message)")
    }
  }
}
