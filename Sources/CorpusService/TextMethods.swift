internal import Curation
internal import JSON
internal import JSONRPC
internal import Scoring
internal import Serving

/// `text/trim`, `text/score`, `text/tokens`: the part of a verdict alone. Nothing is remembered.
extension CorpusService {
  func trimText(_ request: Request) throws(RPCError) -> any Work {
    try quality(request) { prepared, quality, _, _ in
      Answer.object { writer in
        VerdictWriter.edits(quality, prepared.example, &writer)
        VerdictWriter.tokens(quality, &writer)
        if !quality.edits.isEmpty {
          writer.key("trimmed")
          writer.raw(prepared.example.trimmed(quality.edits).span)
        }
      }
    }
  }

  func scoreText(_ request: Request) throws(RPCError) -> any Work {
    try quality(request) { _, quality, explains, _ in
      Answer.object { writer in
        VerdictWriter.score(quality.score, &writer)
        writer.key("signals")
        VerdictWriter.signals(quality.score.signals, diversity: nil, &writer)
        guard explains else { return }
        writer.key("contributions")
        writer.object { writer in
          for (signal, points) in quality.score.contributions {
            writer.key(escaping: signal)
            writer.decimal(points, decimals: 2)
          }
        }
      }
    }
  }

  func countTokens(_ request: Request) throws(RPCError) -> any Work {
    try quality(request) { prepared, quality, explains, settings in
      Answer.object { writer in
        VerdictWriter.tokens(quality, &writer)
        if explains { Self.fields(of: prepared.example, settings, &writer) }
      }
    }
  }

  /// The tokens of each text as it came; with a tokenizer also their ids.
  private static func fields(
    of example: Example, _ settings: Settings, _ writer: inout JSONWriter
  ) {
    let counter = TokenCounter(settings.tokenizer?.value)
    writer.key("fields")
    writer.array { writer in
      for field in example.fields {
        writer.object { writer in
          let text = example.arena.span.extracting(field.range)
          let ids = counter.ids(text)
          writer.key("field")
          writer.string(field.pointer.description)
          writer.key("tokens")
          writer.integer(ids?.count ?? counter.count(text))
          guard let ids else { return }
          writer.key("ids")
          writer.array { writer in for id in ids { writer.integer(Int(id)) } }
        }
      }
    }
  }

  /// Trims, counts and scores by a corpus's settings, or by those given.
  private func quality(
    _ request: Request,
    _ answer: @escaping (Prepared, Quality, _ explains: Bool, Settings) -> any Work
  ) throws(RPCError) -> any Work {
    var params = try Params(request.params)
    let subject = try TextSubject(&params)
    let name = try params.string("corpus")
    let settings = try params.object("settings")
    let explains = try params.bool("explain") ?? false
    try params.finish()
    let judge: (HostedCorpus) throws(RPCError) -> any Work = { hosted throws(RPCError) in
      let prepared = try subject.prepare(hosted, .full)
      guard let quality = prepared.quality else {
        throw RPCError(.internalError, "a full verdict without its quality")
      }
      return answer(prepared, quality, explains, hosted.corpus.settings)
    }
    if let settings {
      guard name == nil else {
        throw RPCError(
          .invalidParams, "either corpus or settings, not both",
          at: JSONPointer.root.appending("settings"))
      }
      return try judge(
        HostedCorpus(
          name: "",
          settings: try settingsChange(settings, from: request.peer).applied(to: defaults),
          idBytesMaximum: limits.exampleIDBytes))
    }
    if let name { return try work(on: name, .reads, judge) }
    guard let residence = existing(Self.defaultName) else { return try judge(unsettled) }
    return try work(on: residence, .reads, judge)
  }
}
