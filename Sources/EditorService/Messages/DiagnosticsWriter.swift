internal import JSON
internal import Trimming

/// Writes a document's diagnostics: the worst, as many as an editor bears.
struct DiagnosticsWriter {
  /// LSP's number for what is shown faded.
  private static let unnecessaryTag = 1
  static let diagnosticsMaximum = 500

  let client: ClientFeatures
  let options: EditorOptions
  /// Where codes are explained; nil where that is not known.
  let page: String?
  /// The document that holds a record.
  private(set) var refersTo: Set<String> = []

  init(_ client: ClientFeatures, _ options: EditorOptions, page: String?) {
    (self.client, self.options, self.page) = (client, options, page)
  }

  /// - Returns: a JSON array, and how many diagnostics there are that it leaves out.
  /// - Complexity: O(chunks + records of the chunks that have some of the worst).
  mutating func diagnostics(of document: Document) -> [UInt8] {
    var writer = JSONWriter(reserving: 4_096)
    writer.beginArray()
    if let problem = document.arrayProblem, options.severity(of: problem.code) != .off {
      write(place(of: problem, in: document), written(problem), &writer)
    }
    var shown = 0
    for (record, rank) in Self.worst(of: document) {
      shown += write(record, rank, of: document, at: shown, &writer)
    }
    if document.totals.findings > shown, options.severity(of: .more) != .off {
      let rest = document.totals.findings - shown
      let line = TextRange(Position(line: 0, column: 0), Position(line: 0, column: 0))
      begin(.more, line, "\(rest) more, the worst are shown", &writer)
      writer.endObject()
    }
    writer.endArray()
    return writer.take()
  }

  // MARK: Choosing

  /// Records by rank of the findings that are to be shown, the worst first, in order of lines within a
  /// rank; each with the rank.
  private static func worst(of document: Document) -> [(record: Record, rank: UInt8)] {
    var all = RankCounts()
    for chunk in document.records.chunks { all.add(chunk.ranks) }
    var (count, limit, before) = (0, 0, 0)
    while limit < RankCounts.rankCount, count < diagnosticsMaximum {
      before = count
      count += all[limit]
      limit += 1
    }
    guard count > 0 else { return [] }
    var found = [[Record]](repeating: [], count: limit)
    for chunk in document.records.chunks {
      // Of the last rank there may be more than have a place.
      let isFull = found[limit - 1].count >= diagnosticsMaximum - before
      let end = isFull ? limit - 1 : limit
      guard (0..<end).contains(where: { chunk.ranks[$0] > 0 }) else { continue }
      for (rank, slot) in chunk.listing() where Int(rank) < end {
        found[Int(rank)].append(chunk.records[slot])
      }
    }
    return found.enumerated().flatMap { rank, records in records.map { ($0, UInt8(rank)) } }
  }

  // MARK: Writing

  /// Writes a record's findings of one rank.
  /// - Returns: how many.
  private mutating func write(
    _ record: Record, _ rank: UInt8, of document: Document, at shown: Int,
    _ writer: inout JSONWriter
  ) -> Int {
    var count = 0
    for (index, finding) in (record.reading?.findings ?? []).enumerated()
    where finding.rank == rank && options.severity(of: finding.code) != .off {
      guard shown + count < Self.diagnosticsMaximum else { return count }
      // What is shown once is most often shown again, at another line perhaps.
      let written = finding.written ?? self.written(finding)
      if finding.written == nil { record.reading?.findings[index].written = written }
      write(document.range(of: record, finding.range, client.encoding), written, &writer)
      count += 1
    }
    guard Rank.isDuplicate(rank), shown + count < Self.diagnosticsMaximum,
      let duplicate = Duplicate(record), duplicate.rank == rank,
      options.severity(of: duplicate.code) != .off
    else { return count }
    write(duplicate, record, document, &writer)
    return count + 1
  }

  private func write(
    _ range: TextRange, _ rest: [UInt8], _ writer: inout JSONWriter
  ) {
    writer.beginObject()
    writer.key("range")
    range.write(to: &writer)
    writer.raw(rest.span)
    writer.endObject()
  }

  /// The members of a finding's diagnostic but its range.
  private func written(_ finding: Finding) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    describe(finding.code, finding.message, &writer)
    if finding.code == .fluff, client.takesTags {
      writer.key("tags")
      writer.array { $0.integer(Self.unnecessaryTag) }
    }
    if finding.code == .fluff || finding.code == .lowScore {
      writer.key("data")
      writer.object { writer in
        if finding.code == .fluff {
          writer.key("kind")
          writer.string(EditKind.allCases[finding.number].rawValue)
        } else {
          writer.key("score")
          writer.decimal(finding.number, decimals: 2)
        }
      }
    }
    return Array(writer.take().dropFirst())
  }

  private mutating func write(
    _ duplicate: Duplicate, _ record: Record, _ document: Document, _ writer: inout JSONWriter
  ) {
    let original = duplicate.original
    guard let home = original.chunk.list.document else { return }
    refersTo.insert(home.uri)
    let place = home.range(of: original, 0..<original.contentCount, client.encoding)
    let name = home === document ? "" : " of \(FileURI.name(home.uri))"
    let line = "line \(place.start.line + 1)\(name)"
    let similarity = Messages.similarity(duplicate.similarity)
    let message =
      duplicate.code == .exactDuplicate
      ? "exact duplicate of \(line)"
      : "near-duplicate of \(line): similarity \(similarity)"
        + (duplicate.isEstimated ? " (estimated)" : "")
    let range = document.range(of: record, 0..<record.contentCount, client.encoding)
    begin(duplicate.code, range, message, &writer)
    if client.takesRelated {
      writer.key("relatedInformation")
      writer.array { writer in
        writer.object { writer in
          writer.key("location")
          writer.object { writer in
            writer.key("uri")
            writer.string(home.uri)
            writer.key("range")
            place.write(to: &writer)
          }
          writer.key("message")
          writer.string("the original")
        }
      }
    }
    writer.key("data")
    writer.object { writer in
      writer.key("similarity")
      writer.decimal(duplicate.similarity, decimals: 4)
      writer.key("original")
      writer.object { writer in
        writer.key("uri")
        writer.string(home.uri)
        writer.key("line")
        writer.integer(place.start.line)
      }
    }
    writer.endObject()
  }

  /// Begins a diagnostic, for whoever ends it.
  private func begin(
    _ code: Code, _ range: TextRange, _ message: String, _ writer: inout JSONWriter
  ) {
    writer.beginObject()
    writer.key("range")
    range.write(to: &writer)
    describe(code, message, &writer)
  }

  private func describe(_ code: Code, _ message: String, _ writer: inout JSONWriter) {
    writer.key("severity")
    writer.integer(options.severity(of: code).number)
    writer.key("code")
    writer.string(code.rawValue)
    if client.takesCodeLinks, let page {
      writer.key("codeDescription")
      writer.object { writer in
        writer.key("href")
        writer.string("\(page)#\(code.rawValue)")
      }
    }
    writer.key("source")
    writer.string("thresher")
    writer.key("message")
    writer.string(message)
  }

  // MARK: Places

  /// Where a finding stands whose range is in bytes of the file.
  private func place(of finding: Finding, in document: Document) -> TextRange {
    func place(_ offset: Int) -> Position {
      var rest = offset
      var number = 0
      for chunk in document.text.chunks {
        for line in chunk.records {
          if rest < line.bytes.count || number == document.text.count - 1 {
            return Position(
              line: number, column: client.encoding.column(of: rest, in: line.content))
          }
          rest -= line.bytes.count
          number += 1
        }
      }
      return Position(line: 0, column: 0)
    }
    return TextRange(place(finding.range.lowerBound), place(finding.range.upperBound))
  }
}

/// A record that is like an earlier one.
struct Duplicate {
  let code: Code
  let original: Record
  /// Ten-thousandths.
  let similarity: Int
  let isEstimated: Bool
  let rank: UInt8

  /// Nil for a record that is none, and for one that is to be ignored.
  init?(_ record: Record) {
    guard record.reading?.kind == .example, let group = record.group else { return nil }
    if group.first !== record {
      (code, original, similarity) = (.exactDuplicate, group.first, 10_000)
      (isEstimated, rank) = (false, Rank.of(.exactDuplicate))
    } else if let resemblance = group.resemblance {
      (code, original) = (.nearDuplicate, resemblance.original.first)
      (similarity, isEstimated) = (resemblance.similarity, resemblance.isEstimated)
      rank = Rank.ofNear(similarity: resemblance.similarity)
    } else {
      return nil
    }
  }
}
