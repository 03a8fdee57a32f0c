package import Curation
package import JSON
package import JSONRPC
internal import Scoring
internal import Trimming

/// Writes verdicts as DESIGN section 3 has them. One place for the wire and for `thresher filter`,
/// so that both give the same bytes.
package enum VerdictWriter {
  package static func write(
    _ outcome: Corpus.Outcome, _ prepared: Prepared, _ detail: Detail,
    to writer: inout JSONWriter
  ) {
    writer.object { writer in
      writer.key("id")
      outcome.id.write(to: &writer)
      writer.key("keep")
      writer.bool(outcome.decision.keep)
      writer.key("reasons")
      writer.array { writer in
        outcome.decision.reasons.forEachName { writer.string($0) }
      }
      writer.key("duplicate")
      duplicate(outcome, &writer)
      if let contamination = outcome.contamination {
        writer.key("contamination")
        write(contamination, &writer)
      }
      if detail != .decision, let quality = prepared.quality {
        score(quality.score, &writer)
        writer.key("signals")
        signals(quality.score.signals, diversity: outcome.decision.diversity, &writer)
        tokens(quality, &writer)
        edits(quality, prepared.example, &writer)
        if detail == .full, !quality.edits.isEmpty {
          writer.key("trimmed")
          writer.raw(prepared.example.trimmed(quality.edits).span)
        }
      }
      if outcome.isReplayed {
        writer.key("replayed")
        writer.bool(true)
      }
    }
  }

  /// An example that could not be judged.
  package static func write(
    _ error: InputError, id: ExampleID?, to writer: inout JSONWriter
  ) {
    writer.object { writer in
      if let id {
        writer.key("id")
        id.write(to: &writer)
      }
      writer.key("keep")
      writer.bool(false)
      writer.key("reasons")
      writer.array { $0.string("unusable") }
      writer.key("error")
      RPCError(error).write(to: &writer)
    }
  }

  private static func duplicate(_ outcome: Corpus.Outcome, _ writer: inout JSONWriter) {
    guard let duplicate = outcome.decision.duplicate, let original = outcome.original else {
      return writer.null()
    }
    writer.object { writer in
      writer.key("kind")
      writer.string(duplicate.kind.rawValue)
      writer.key("of")
      original.write(to: &writer)
      writer.key("similarity")
      writer.decimal(duplicate.similarity, decimals: 4)
      if duplicate.isEstimated {
        writer.key("estimated")
        writer.bool(true)
      }
    }
  }

  private static func write(_ contamination: Contamination, _ writer: inout JSONWriter) {
    writer.object { writer in
      writer.key("reference")
      writer.string(contamination.set)
      writer.key("id")
      contamination.item.write(to: &writer)
      writer.key("field")
      writer.string(contamination.field.description)
      writer.key("containment")
      writer.decimal(contamination.containment, decimals: 4)
    }
  }

  static func score(_ score: ScoreResult, _ writer: inout JSONWriter) {
    writer.key("score")
    if let hundredths = score.hundredths {
      writer.decimal(hundredths, decimals: 2)
    } else {
      writer.null()
      writer.key("unscored")
      writer.string(score.unscored ?? "unknown")
    }
  }

  static func signals(_ signals: Signals, diversity: Int?, _ writer: inout JSONWriter) {
    writer.object { writer in
      if let diversity {
        writer.key("diversity")
        writer.decimal(diversity, decimals: 4)
      }
      signals.forEachMeasured { name, value, decimals in
        writer.key(name)
        writer.decimal(value, decimals: decimals)
      }
    }
  }

  static func tokens(_ quality: Quality, _ writer: inout JSONWriter) {
    writer.key("tokens")
    writer.object { writer in
      writer.key("before")
      writer.integer(quality.tokensBefore)
      writer.key("after")
      writer.integer(quality.tokensAfter)
      if quality.isEstimated {
        writer.key("estimated")
        writer.bool(true)
      }
      guard !quality.tokensCut.isEmpty else { return }
      writer.key("cut")
      writer.object { writer in
        for (kind, count) in quality.tokensCut {
          writer.key(escaping: kind.rawValue)
          writer.integer(count)
        }
      }
    }
  }

  static func edits(_ quality: Quality, _ example: Example, _ writer: inout JSONWriter) {
    writer.key("edits")
    writer.array { writer in
      for cut in quality.edits {
        let pointer = example.fields[cut.field].pointer.description
        for edit in cut.edits {
          writer.object { writer in
            writer.key("field")
            writer.string(pointer)
            writer.key("start")
            writer.integer(edit.start)
            writer.key("end")
            writer.integer(edit.end)
            writer.key("kind")
            writer.string(edit.kind.rawValue)
          }
        }
      }
    }
  }
}

extension RPCError {
  /// The wire's name and code for what is wrong with an example or with settings.
  package init(_ error: InputError, below pointer: JSONPointer = .root) {
    let kind: Kind =
      switch error.kind {
      case .invalidExample: .invalidExample
      case .invalidSettings: .invalidParams
      case .notAvailable: .notAvailable
      case .settingsDiffer: .settingsDiffer
      case .idConflict: .idConflict
      case .unknownID: .unknownID
      }
    self.init(kind, error.message, at: pointer.appending(error.pointer), limit: error.limit)
  }
}
