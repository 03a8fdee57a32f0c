internal import Containers
internal import Indexing
internal import JSON
internal import Shingling

extension Corpus {
  /// Whether anything has to be written down.
  package var isJournalEmpty: Bool { journal?.isEmpty ?? true }

  /// What happened since it was asked last; empty without a journal.
  package func takeJournal() -> Journal {
    guard let taken = journal else { return Journal() }
    journal = Journal()
    return taken
  }

  func note(_ id: ExampleID, _ record: Ledger.RecordIndex, _ decision: Decision) {
    guard journal != nil else { return }
    let sequence = Int(record) + 1
    var name: Range<Int>?
    if id.sequence != sequence {
      name = journal?.write { bytes in id.withBytes { bytes.append(contentsOf: $0) } }
    }
    var stored = StoredDecision(
      sequence: sequence, id: name, content: ledger[record].content, reasons: decision.reasons)
    if let duplicate = decision.duplicate {
      stored.original = Int(entries[Int(duplicate.ordinal)].record) + 1
      stored.similarity = duplicate.similarity
      if duplicate.kind == .near { stored.flags |= StoredDecision.isNear }
      if duplicate.isEstimated { stored.flags |= StoredDecision.isEstimated }
    }
    stored.diversity = decision.diversity
    if let hit = decision.contamination {
      stored.reference = Int(hit.field) + 1
      stored.containment = hit.containment
    }
    if decision.keep {
      let ordinal = ledger[record].ordinal
      let fingerprint = entries[Int(ordinal)].fingerprint
      stored.shape = journal?.write { bytes in
        StoredShape.write(fingerprint, ordinal, of: index, to: &bytes)
      }
    }
    journal?.append(.decided(stored))
  }

  func noteRetraction(_ record: Ledger.RecordIndex, _ cause: StoredRetraction.Cause) {
    journal?.append(
      .retracted(
        StoredRetraction(sequence: Int(record) + 1, after: ledger.count, cause: cause)))
  }

  func note(_ field: ReferenceField, of set: String, number: Int) {
    guard var journal else { return }
    self.journal = nil  // One owner while it is changed.
    defer { self.journal = journal }
    let item = journal.write { bytes in field.item.withBytes { bytes.append(contentsOf: $0) } }
    let hashes = journal.write { bytes in
      for hash in field.hashes {
        withUnsafeBytes(of: hash.littleEndian) { bytes.append(contentsOf: $0) }
      }
    }
    journal.append(
      .reference(
        StoredReference(
          number: number, set: journal.write { $0 += set.utf8 }, item: item,
          field: journal.write { $0 += field.pointer.description.utf8 }, hashes: hashes)))
  }

  func note(_ settings: Settings) {
    guard let range = journal?.write({ $0 += settings.json }) else { return }
    journal?.append(.configured(range))
  }
}
