internal import Containers
internal import Indexing
internal import JSON
internal import Shingling
internal import Sketching

/// Why what was kept does not make a corpus: "decision 17: its original 5 was not kept".
package struct RestoreProblem: Error, Equatable, Sendable {
  package let message: String
  package init(_ message: String) { self.message = message }
}

/// A decision that was read back and made ready for its corpus.
package struct RestoredDecision: Sendable {
  let stored: StoredDecision
  let id: ExampleID
  let shape: StoredShape?
}

/// The half of restoring that needs nothing but values: one for each part of the rows, on any thread.
package struct Restorer: Sendable {
  /// The shingles of what it has made ready.
  fileprivate var sets = StoredSets()
  private var sketcher: Sketcher

  package init(_ settings: Settings) {
    sketcher = Sketcher(threshold: settings.near.threshold, key: .published)
  }

  /// - Parameter bytes: those of the journal that the decision stands in.
  /// - Complexity: O(shingles).
  package mutating func prepare(
    _ stored: StoredDecision, _ bytes: [UInt8]
  ) throws(RestoreProblem) -> RestoredDecision {
    let id =
      stored.id.map { ExampleID(stored: bytes[$0]) } ?? ExampleID(sequence: stored.sequence)
    guard stored.reasons.isEmpty == (stored.shape != nil) else {
      throw RestoreProblem("decision \(stored.sequence): kept without its shingles, or the reverse")
    }
    guard let range = stored.shape else {
      return RestoredDecision(stored: stored, id: id, shape: nil)
    }
    let shape = bytes.withUnsafeBytes {
      StoredShape(UnsafeRawBufferPointer(rebasing: $0[range]), to: &sets, &sketcher)
    }
    guard let shape else {
      throw RestoreProblem("decision \(stored.sequence): its shingles cannot be read")
    }
    return RestoredDecision(stored: stored, id: id, shape: shape)
  }
}

/// A part of restoring that needs nothing but values, found out as it goes: for any thread.
package struct PutOffWork: Sendable {
  fileprivate var batch: BandBatch

  package func done() -> PutOffWork {
    var work = self
    work.batch.sort()
    return work
  }
}

extension ReferenceField {
  /// A field that was read back.
  package init(_ stored: StoredReference, _ bytes: [UInt8]) throws(RestoreProblem) {
    let text = String(decoding: bytes[stored.field], as: UTF8.self)
    guard let pointer = JSONPointer(text), stored.hashes.count % 4 == 0,
      ReferenceIndex.isUsable(hashCount: stored.hashes.count / 4)
    else { throw RestoreProblem("reference \(stored.number) cannot be read") }
    let hashes = bytes.withUnsafeBytes { bytes in
      stride(from: stored.hashes.lowerBound, to: stored.hashes.upperBound, by: 4).map {
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self))
      }
    }
    self.init(item: ExampleID(stored: bytes[stored.item]), pointer: pointer, hashes: hashes)
  }
}

/// What was kept, taken in again in the order in which it happened; so that the corpus answers like the
/// one that it comes from.
extension Corpus {
  /// What is restored is complete after `finishRestoring`.
  /// - Parameter restorer: that made it ready.
  /// - Complexity: as admitting one that is kept, without looking for duplicates.
  package func restore(
    _ restored: RestoredDecision, _ restorer: Restorer
  ) throws(RestoreProblem) {
    let stored = restored.stored
    guard stored.sequence == ledger.count + 1 else {
      throw RestoreProblem("decision \(ledger.count + 1) is missing")
    }
    guard ledger.find(restored.id) == nil else {
      throw RestoreProblem("decision \(stored.sequence): its id is known already")
    }
    let decision = try decision(of: stored)
    var ordinal: UInt32?
    if let shape = restored.shape {
      let kept = index.insert(shape.shingles, of: restorer.sets)
      enlist(kept, shape.fingerprint, hasTokens: !shape.shingles.isEmpty)
      ordinal = kept
    }
    enter(restored.id, content: stored.content, decision, ordinal: ordinal)
  }

  /// Finishes what restoring has put off; before the first question.
  package func finishRestoring() { index.settle() }

  /// Whether restoring has put off so much that it should be taken.
  package var hasPutOffEnough: Bool { index.isWaitingFull }

  /// Takes out what restoring has put off.
  package func takePutOffWork() -> PutOffWork { PutOffWork(batch: index.takeWaiting()) }

  /// Takes work back, which may be done or not. It must be back before another part is taken, before a
  /// retraction is restored, and at the end.
  package func finish(_ work: PutOffWork) { index.settle(work.batch) }

  /// Asks the memory for what restoring this will look at first, and does not wait for it.
  package func prefetch(_ restored: RestoredDecision) {
    ledger.prefetch(restored.id)
    if let shape = restored.shape { exact.prefetch(shape.fingerprint.high) }
  }

  private func decision(of stored: StoredDecision) throws(RestoreProblem) -> Decision {
    var duplicate: Decision.Duplicate?
    if let original = stored.original {
      let record = Ledger.RecordIndex(clamping: original - 1)
      guard original >= 1, original < stored.sequence, !ledger.isForgotten(record),
        let ordinal = keptOrdinal(record)
      else {
        throw RestoreProblem("decision \(stored.sequence): its original \(original) is not kept")
      }
      duplicate = Decision.Duplicate(
        kind: stored.flags & StoredDecision.isNear != 0 ? .near : .exact, ordinal: ordinal,
        similarity: stored.similarity,
        isEstimated: stored.flags & StoredDecision.isEstimated != 0)
    }
    var hit: ReferenceHit?
    if let number = stored.reference {
      guard number >= 1, number <= referenceCount else {
        throw RestoreProblem("decision \(stored.sequence): no reference \(number)")
      }
      hit = ReferenceHit(field: UInt32(number - 1), containment: stored.containment)
    }
    return Decision(
      reasons: stored.reasons, duplicate: duplicate, diversity: stored.diversity,
      contamination: hit)
  }

  package func restore(_ retraction: StoredRetraction) throws(RestoreProblem) {
    let record = Ledger.RecordIndex(clamping: retraction.sequence - 1)
    guard retraction.sequence >= 1, retraction.sequence <= ledger.count,
      retraction.after == ledger.count
    else { throw RestoreProblem("the retraction of decision \(retraction.sequence) is misplaced") }
    // Those that named it went with it.
    if !ledger.isForgotten(record) { forget(record, retraction.cause) }
    if retraction.cause == .retracted { countRetraction() }
  }

  /// Adds references; all of them come before the first decision.
  package func restore(
    _ fields: [(field: ReferenceField, set: String)]
  ) throws(RestoreProblem) {
    for (field, _) in fields { noteReference(field) }
    var probe = ReferenceProbe()
    for (field, set) in fields { addReference(field, of: set, &probe) }
    guard referenceCount == fields.count else {
      throw RestoreProblem("two references are the same")
    }
  }

  /// What happens from now on is written down.
  package func startJournal() { journal = Journal() }
}
