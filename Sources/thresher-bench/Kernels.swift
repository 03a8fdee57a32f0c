internal import CorpusService
internal import Curation
internal import Indexing
internal import JSON
internal import Scoring
internal import Shingling
internal import Sketching
internal import Tokenizing
internal import Trimming

/// One step, over all rows. What it returns is shown behind its figures; it also makes sure that
/// the compiler cannot leave the work out.
struct Kernel {
  let name: String
  let run: () -> String
}

enum Kernels {
  /// In the order in which an example meets them.
  static func all(_ rows: Rows) -> [Kernel] {
    [
      Kernel(name: "JSON parse") { parse(rows) },
      Kernel(name: "decode") { decode(rows) },
      Kernel(name: "shingle") { shingle(rows) },
      Kernel(name: "sketch") { sketch(rows) },
      Kernel(name: "index search, insert") { index(rows) },
      Kernel(name: "trim") { trim(rows) },
      Kernel(name: "token estimate") { countTokens(rows) },
      score(rows),
      Kernel(name: "verdict, duplicates") { verdicts(rows, .decision, minimumScore: nil) },
      Kernel(name: "verdict, decision") { verdicts(rows, .decision) },
      Kernel(name: "verdict, full") { verdicts(rows, .full) },
    ]
  }

  // MARK: Steps

  private static func parse(_ rows: Rows) -> String {
    let parser = JSONParser()
    var unreadable = 0
    for line in rows.lines {
      do {
        _ = try parser.parse(line)
      } catch {
        unreadable += 1
      }
    }
    return unreadable == 0 ? "" : "\(unreadable) unreadable"
  }

  private static func decode(_ rows: Rows) -> String {
    let decoder = ExampleDecoder(fields: nil, idBytesMaximum: rows.idBytesMaximum)
    var fields = 0
    for value in rows.values {
      do {
        fields += try decoder.decode(value).fields.count
      } catch {
        preconditionFailure("a row that was decoded before")
      }
    }
    return "\(fields) texts"
  }

  private static func shingle(_ rows: Rows) -> String {
    var shingler = Shingler(shingle: rows.settings.near.shingle, key: .published)
    var count = 0
    for example in rows.examples { count += shingled(example, &shingler).shingles.count }
    return "\(count) shingles"
  }

  /// As the curator does it with the default settings: all texts but system messages.
  static func shingled(_ example: Example, _ shingler: inout Shingler) -> ShingledText {
    shingler.begin()
    for field in example.fields where field.role != .system {
      shingler.append(example.arena.span.extracting(field.range))
    }
    return shingler.finish()
  }

  private static func sketch(_ rows: Rows) -> String {
    var sketcher = Sketcher(threshold: rows.settings.near.threshold, key: .published)
    var keys = 0
    for text in rows.texts { keys += sketcher.bandKeys(of: text.shingles).count }
    return "\(keys) band keys"
  }

  private static func index(_ rows: Rows) -> String {
    let threshold = rows.settings.near.threshold
    let index = NearIndex(threshold: threshold)
    var drops = 0
    for (text, keys) in zip(rows.texts, rows.bandKeys) {
      if index.closest(to: text.shingles, bandKeys: keys).match == nil {
        _ = index.insert(text.shingles, bandKeys: keys)
      } else {
        drops += 1
      }
    }
    return "\(drops) drops"
  }

  private static func trim(_ rows: Rows) -> String {
    let curator = Curator(settings: rows.settings)
    var edits = 0
    // By index: a copy of each example would cost more than the trimmer.
    for index in rows.examples.indices {
      for field in curator.edits(of: rows.examples[index]) { edits += field.edits.count }
    }
    return "\(edits) edits"
  }

  private static func countTokens(_ rows: Rows) -> String {
    var tokens = 0
    for example in rows.examples {
      for field in example.fields {
        tokens += TokenEstimate.count(example.arena.span.extracting(field.range))
      }
    }
    return "\(tokens) tokens"
  }

  /// With a tokenizer; one encoder does all rows.
  static func tokens(_ rows: Rows, _ path: String) throws -> Kernel {
    let encoder = TokenEncoder(try Tokenizer.read(try Rows.read(path)))
    return Kernel(name: "tokens") {
      var tokens = 0
      for example in rows.examples {
        for field in example.fields {
          tokens += encoder.count(example.arena.span.extracting(field.range))
        }
      }
      return "\(tokens) tokens"
    }
  }

  /// Prompt and response are joined beforehand; joining is the curator's work.
  private static func score(_ rows: Rows) -> Kernel {
    let pairs = rows.examples.map { example in
      (text(example, isPrompt: true), text(example, isPrompt: false), example.isDocument)
    }
    return Kernel(name: "score") {
      var scorer = Scorer()
      var scored = 0
      for (prompt, response, isDocument) in pairs {
        if isDocument {
          scored += scorer.score(prompt: nil, response: response.span).hundredths == nil ? 0 : 1
        } else {
          scored +=
            scorer.score(prompt: prompt.span, response: response.span).hundredths == nil ? 0 : 1
        }
      }
      return "\(scored) scored"
    }
  }

  private static func text(_ example: Example, isPrompt: Bool) -> [UInt8] {
    var joined: [UInt8] = []
    for field in example.fields
    where field.role != .system && (field.role == .prompt) == isPrompt {
      if !joined.isEmpty { joined.append(0x0A) }
      joined.append(contentsOf: example.arena[field.range])
    }
    return joined
  }

  // MARK: All of it

  /// From a row's bytes to its verdict's bytes, in a corpus of its own.
  private static func verdicts(
    _ rows: Rows, _ detail: Detail, minimumScore: Int? = Settings().minimumScore
  ) -> String {
    let parser = JSONParser()
    var settings = rows.settings
    settings.minimumScore = minimumScore
    let hosted = HostedCorpus(
      name: "bench", settings: settings, idBytesMaximum: rows.idBytesMaximum)
    var options = Corpus.Options()
    options.detail = detail
    var bytes = 0
    for line in rows.lines {
      do {
        var writer = JSONWriter()
        let preparation = hosted.preparation(of: try parser.parse(line).root, detail)
        hosted.verdict(on: preparation, .admit, options, to: &writer)
        bytes += writer.take().count
      } catch {
        preconditionFailure("a row that was parsed before")
      }
    }
    let counts = hosted.corpus.counts
    return "\(counts.dropped) drops"
      + (counts.replayed + counts.failed > 0
        ? ", \(counts.replayed) replayed, \(counts.failed) refused" : "")
  }
}
