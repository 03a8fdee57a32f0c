internal import Curation
internal import JSON

extension EditorSession {
  /// A record is read on the spot where that costs little.
  private static let bytesReadAtOnce = 64 << 10
  private static let recordsReadAtOnce = 8

  /// Takes new records in that stand in their places.
  func admit(_ records: [Record]) {
    let byteCount = records.reduce(0) { $0 + $1.bytes.count }
    if records.count <= Self.recordsReadAtOnce, byteCount <= Self.bytesReadAtOnce {
      for record in records { commit(record, reader.read(record.content)) }
    } else {
      for record in records {
        recount(record)
        loader.add(record)
      }
      beginProgress()
    }
  }

  /// Takes in what was found out about a record. `view.settle` is to follow.
  func commit(_ record: Record, _ reading: RecordReading) {
    var summary = reading.summary
    if summary.kind == .example, let prepared = reading.prepared {
      summary.findings += foundElsewhere(record, prepared)
    }
    record.reading = summary
    if let prepared = reading.prepared {
      view.insert(record, prepared.text, bandKeys: prepared.bandKeys)
    }
    recount(record)
  }

  /// What references and the corpus say.
  private func foundElsewhere(_ record: Record, _ prepared: Prepared) -> [Finding] {
    var findings: [Finding] = []
    let whole = 0..<record.contentCount
    if let hit = references.contamination(of: prepared) ?? corpus?.contamination(of: prepared) {
      findings.append(
        Finding(
          .contaminated, whole,
          "\(Messages.name(hit.item)) of the reference set \(hit.set) occurs in it (containment "
            + "\(Messages.similarity(hit.containment)))"))
    }
    if let corpus, let name = options.corpus, let found = corpus.closest(to: prepared) {
      findings.append(
        Finding(
          .inCorpus, whole,
          "already in corpus \(name): \(Messages.name(found.id)) (similarity "
            + "\(Messages.similarity(found.similarity)))"))
    }
    return findings
  }

  /// Takes a record out that stands in its place still. `view.settle` is to follow.
  func retire(_ record: Record) {
    record.isLive = false
    record.reading = nil
    view.remove(record)
    count(record, Tally())
  }

  /// Counts a record anew, about which something has changed.
  func recount(_ record: Record) { count(record, tally(of: record)) }

  private func count(_ record: Record, _ tally: Tally) {
    let old = record.counted
    if let document = record.chunk.list.document { noteDirty(document) }
    guard old != tally else { return }
    record.counted = tally
    if old.ranks != tally.ranks { record.chunk.recount(from: old.ranks, to: tally.ranks) }
    record.chunk.list.document?.totals.subtract(old)
    record.chunk.list.document?.totals.add(tally)
  }

  private func tally(of record: Record) -> Tally {
    var tally = Tally()
    guard record.isLive else { return tally }
    guard let reading = record.reading else {
      tally.flags = [.record, .pending]
      return tally
    }
    switch reading.kind {
    case .blank: return tally
    case .ignored: tally.flags = [.record, .example]
    case .unusable: tally.flags = [.record, .unusable]
    case .example: tally.flags = [.record, .example]
    }
    tally.tokens = reading.tokens
    tally.tokensCut = reading.tokensCut
    if let score = reading.score {
      tally.flags.insert(.scored)
      tally.score = score
    }
    for finding in reading.findings where options.severity(of: finding.code) != .off {
      tally.ranks.append(finding.rank)
      if finding.code == .lowScore { tally.flags.insert(.lowScore) }
      if finding.code == .contaminated { tally.flags.insert(.contaminated) }
    }
    guard reading.kind == .example, let group = record.group else { return tally }
    if group.first !== record {
      tally.flags.insert(.exact)
      if options.severity(of: .exactDuplicate) != .off {
        tally.ranks.append(Rank.of(.exactDuplicate))
      }
    } else if let resemblance = group.resemblance {
      tally.flags.insert(.near)
      if options.severity(of: .nearDuplicate) != .off {
        tally.ranks.append(Rank.ofNear(similarity: resemblance.similarity))
      }
    }
    return tally
  }

  func noteDirty(_ document: Document) {
    guard !document.isDirty else { return }
    document.isDirty = true
    dirty.append(document)
  }
}
