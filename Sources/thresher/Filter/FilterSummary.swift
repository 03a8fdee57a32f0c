internal import Curation
internal import JSON

/// What a run of the filter has done.
struct FilterSummary {
  var read = 0
  var kept = 0
  var unusable = 0
  /// Rows whose id came before in this run, with the same content.
  var repeated = 0
  var reasons: [String: Int] = [:]
  var tokensBefore = 0
  var tokensAfter = 0
  /// Whether any of them were estimated, for want of a tokenizer.
  var isEstimated = false
  var seconds = 0.0

  var dropped: Int { read - kept - repeated }

  mutating func count(_ judged: JudgedRow) {
    for reason in judged.reasons { reasons[reason, default: 0] += 1 }
    if judged.problem != nil { unusable += 1 }
    if let tokens = judged.tokens, judged.keep {
      tokensBefore += tokens.before
      tokensAfter += tokens.after
      isEstimated = isEstimated || tokens.isEstimated
    }
  }

  private var reasonsInOrder: [(name: String, count: Int)] {
    Reasons.names.compactMap { named in reasons[named.name].map { (named.name, $0) } }
  }

  private var rate: Int { seconds > 0 ? Int(Double(read) / seconds) : 0 }

  /// For a person.
  var lines: [String] {
    func line(_ name: String, _ value: Int, _ tail: String) -> String {
      "\(name)\(Figures.padded(Figures.grouped(value), 22 - name.count))  \(tail)"
    }
    var lines = [
      line("read", read, "in \(Figures.seconds(seconds)), \(Figures.grouped(rate)) examples/s"),
      line("kept", kept, Figures.share(kept, of: read)),
      line("dropped", dropped, Figures.share(dropped, of: read)),
    ]
    for reason in reasonsInOrder { lines.append(line("  \(reason.name)", reason.count, "")) }
    if repeated > 0 { lines.append(line("repeated", repeated, "the same id and content again")) }
    if tokensBefore > 0 {
      let cut = tokensBefore - tokensAfter
      lines.append(
        line(
          "tokens cut", cut,
          "\(Figures.share(cut, of: tokensBefore)) of \(Figures.grouped(tokensBefore)) kept"
            + (isEstimated ? " (estimated)" : "")))
    }
    return lines.map { line in
      String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  var json: [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      for (name, value) in [
        ("read", read), ("kept", kept), ("dropped", dropped), ("unusable", unusable),
        ("repeated", repeated),
      ] as [(StaticString, Int)] {
        writer.key(name)
        writer.integer(value)
      }
      writer.key("reasons")
      writer.object { writer in
        for reason in reasonsInOrder {
          writer.key(escaping: reason.name)
          writer.integer(reason.count)
        }
      }
      writer.key("tokens")
      writer.object { writer in
        writer.key("before")
        writer.integer(tokensBefore)
        writer.key("after")
        writer.integer(tokensAfter)
        writer.key("cut")
        writer.integer(tokensBefore - tokensAfter)
        if isEstimated {
          writer.key("estimated")
          writer.bool(true)
        }
      }
      writer.key("seconds")
      writer.decimal(Int(seconds * 1_000), decimals: 3)
      writer.key("examplesPerSecond")
      writer.integer(rate)
    }
    return writer.take() + [0x0A]
  }
}
