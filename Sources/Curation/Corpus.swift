internal import Containers
package import Indexing
internal import JSON
internal import Scoring
internal import Shingling
internal import Sketching

/// The admitted examples and their index, in memory: the state of judging.
///
/// One thread owns a corpus. What it answers depends on the settings and on the order of the calls,
/// and on nothing else.
package final class Corpus {
  /// A kept example. 24 bytes.
  struct Entry: BitwiseCopyable {
    let fingerprint: Fingerprint
    let record: Ledger.RecordIndex
    /// The first of the records that name this example as the original; they are forgotten with it.
    var firstDependent = Ledger.none
  }

  package let name: String
  package private(set) var settings: Settings
  package private(set) var policy: Policy
  /// Decisions taken so far; the next anonymous example is named after it.
  package var sequence: Int { ledger.count }
  package private(set) var counts = Counts()

  let index: NearIndex
  /// By ordinal.
  let entries = ChunkedArray<Entry>()
  let ledger = Ledger()
  private var references = References()
  /// Fingerprint → ordinal, of what is kept and has tokens.
  let exact = TagTable(segmentBits: 10)
  /// What happened since it was taken; nil where nobody keeps it.
  var journal: Journal?

  package struct Counts: Sendable {
    package var kept = 0
    package var dropped = 0
    package var replayed = 0
    package var retracted = 0
    package var failed = 0
    /// By bit of `Reasons`.
    package var reasons = [Int](repeating: 0, count: Reasons.names.count)
  }

  package init(name: String, settings: Settings) {
    self.name = name
    self.settings = settings
    policy = Policy(settings)
    index = NearIndex(threshold: settings.near.threshold)
  }

  /// Kept examples.
  package private(set) var count = 0

  /// Memory held for what is remembered.
  package var bytesHeld: Int {
    index.bytesHeld + entries.byteCount + ledger.byteCount + exact.byteCount
      + references.bytesHeld
  }

  /// Changes policy settings, for later decisions.
  /// - Precondition: `near` stays as it is.
  package func configure(_ settings: Settings) {
    precondition(settings.near == self.settings.near, "near is frozen")
    self.settings = settings
    policy = Policy(settings)
    note(settings)
  }

  // MARK: Judging

  package struct Options: Sendable {
    /// A known id with other content is judged anew instead of being an error.
    package var replaces = false
    /// An id never seen is an error instead of being judged.
    package var refusesUnknown = false
    package var detail = Detail.full

    package init() {}
  }

  package struct Outcome {
    package let id: ExampleID
    package let decision: Decision
    /// The id of the duplicate's original.
    package let original: ExampleID?
    package let contamination: Contamination?
    package let isReplayed: Bool
  }

  /// Judges an example and remembers it; a known one gets the decision it got before.
  /// - Complexity: O(bands + candidates) lookups.
  package func admit(
    _ prepared: Prepared, _ options: Options
  ) throws(InputError) -> Outcome {
    if let replay = try lookUp(prepared, options) {
      counts.replayed += 1
      return replay
    }
    // A replacement is not compared with its old self.
    if let id = prepared.example.id { forget(id, .replaced) }
    let decision = decide(prepared, options, excluding: nil)
    let id = prepared.example.id ?? nextName()
    remember(id, prepared, decision)
    return outcome(id, decision, isReplayed: false)
  }

  /// Judges an example and changes nothing. Examples of one request are not compared.
  /// - Parameter position: how many of the request come before it: for the name of one without id.
  package func judge(
    _ prepared: Prepared, _ options: Options, position: Int
  ) throws(InputError) -> Outcome {
    if let replay = try lookUp(prepared, options) { return replay }
    let old = prepared.example.id.flatMap(ledger.find).flatMap(keptOrdinal)
    let decision = decide(prepared, options, excluding: old)
    let id = prepared.example.id ?? ExampleID(sequence: sequence + position + 1)
    return outcome(id, decision, isReplayed: false)
  }

  /// Asks the memory for what judging the example will look at first, and does not wait for it. Called with
  /// other work to do before, it takes a tenth off a decision.
  package func prefetch(_ prepared: Prepared) {
    if let id = prepared.example.id { ledger.prefetch(id) }
    guard prepared.text.tokenCount > 0 else { return }
    exact.prefetch(prepared.text.fingerprint.high)
    index.prefetch(prepared.bandKeys)
  }

  private func lookUp(
    _ prepared: Prepared, _ options: Options
  ) throws(InputError) -> Outcome? {
    guard let id = prepared.example.id else {
      if options.refusesUnknown {
        throw InputError(.unknownID, "the example has no id", at: Self.idPointer)
      }
      return nil
    }
    guard let record = ledger.find(id) else {
      if options.refusesUnknown {
        throw InputError(.unknownID, "this id was never judged here", at: Self.idPointer)
      }
      return nil
    }
    if ledger[record].content == prepared.content {
      return outcome(id, ledger.decision(record), isReplayed: true)
    }
    guard options.replaces else {
      throw InputError(
        .idConflict, "this id is known with other content; \"replace\": true takes the new one",
        at: Self.idPointer)
    }
    return nil
  }

  private static let idPointer = JSONPointer.root.appending("id")

  private func outcome(_ id: ExampleID, _ decision: Decision, isReplayed: Bool) -> Outcome {
    let original = decision.duplicate.map { name(of: $0.ordinal) }
    return Outcome(
      id: id, decision: decision, original: original,
      contamination: decision.contamination.map(references.contamination),
      isReplayed: isReplayed)
  }

  private func name(of ordinal: UInt32) -> ExampleID {
    ledger.id(of: entries[Int(ordinal)].record)
  }

  func keptOrdinal(_ record: Ledger.RecordIndex) -> UInt32? {
    let known = ledger[record]
    return Reasons(rawValue: known.reasons).isEmpty ? known.ordinal : nil
  }

  private func ordinal(of fingerprint: Fingerprint) -> UInt32? {
    var found: UInt32?
    exact.forEach(fingerprint.high) { ordinal in
      guard entries[Int(ordinal)].fingerprint == fingerprint else { return true }
      found = ordinal
      return false
    }
    return found
  }

  private func decide(
    _ prepared: Prepared, _ options: Options, excluding old: UInt32?
  ) -> Decision {
    let wantsDiversity = options.detail != .decision
    var duplicate: Decision.Duplicate?
    var highest = 0
    if prepared.text.tokenCount > 0 {
      if let ordinal = ordinal(of: prepared.text.fingerprint), ordinal != old {
        duplicate = Decision.Duplicate(
          kind: .exact, ordinal: ordinal, similarity: 10_000, isEstimated: false)
        highest = 10_000
      } else {
        let found = index.closest(
          to: prepared.text.shingles, bandKeys: prepared.bandKeys, excluding: old,
          depth: wantsDiversity ? .closest : .decision)
        highest = found.highest?.similarityTenThousandths ?? 0
        duplicate = found.match.map {
          Decision.Duplicate(
            kind: .near, ordinal: $0.ordinal, similarity: $0.similarityTenThousandths,
            isEstimated: $0.estimated)
        }
      }
    }
    let contamination = prepared.ordered.flatMap { references.closest(to: $0) }
    let reasons = policy.reasons(
      isExact: duplicate?.kind == .exact, isNear: duplicate?.kind == .near,
      isContaminated: contamination != nil,
      score: prepared.quality?.score.hundredths,
      perplexity: prepared.quality?.score.signals.perplexity, isEmpty: prepared.isEmpty)
    return Decision(
      reasons: reasons, duplicate: duplicate, diversity: wantsDiversity ? 10_000 - highest : nil,
      contamination: contamination)
  }

  // MARK: Remembering

  private func nextName() -> ExampleID {
    var number = sequence + 1
    // A client may have used such a name for an example of its own.
    while ledger.find(ExampleID(sequence: number)) != nil { number += 1 }
    return ExampleID(sequence: number)
  }

  private func remember(_ id: ExampleID, _ prepared: Prepared, _ decision: Decision) {
    var ordinal: UInt32?
    if decision.keep {
      ordinal = keep(
        prepared.text.fingerprint, prepared.text.shingles, bandKeys: prepared.bandKeys)
    }
    let record = enter(id, content: prepared.content, decision, ordinal: ordinal)
    note(id, record, decision)
  }

  /// Writes a decision into the ledger and counts it.
  @discardableResult
  func enter(
    _ id: ExampleID, content: UInt64, _ decision: Decision, ordinal: UInt32?
  ) -> Ledger.RecordIndex {
    let record = ledger.append(id, content: content, decision, ordinal: ordinal)
    if ordinal == nil {
      noteDrop(record, decision)
    } else {
      counts.kept += 1
      count += 1
    }
    return record
  }

  /// Takes a text into the index, for the record that is entered next.
  func keep(
    _ fingerprint: Fingerprint, _ shingles: ShingleSet, bandKeys: [UInt64]
  ) -> UInt32 {
    let ordinal = index.insert(shingles, bandKeys: bandKeys)
    enlist(ordinal, fingerprint, hasTokens: !shingles.isEmpty)
    return ordinal
  }

  /// Notes what the index has just taken in.
  func enlist(_ ordinal: UInt32, _ fingerprint: Fingerprint, hasTokens: Bool) {
    precondition(Int(ordinal) == entries.count, "the index and the entries go together")
    entries.append(
      Entry(fingerprint: fingerprint, record: Ledger.RecordIndex(ledger.count)))
    // One without tokens is no exact duplicate of another.
    if hasTokens { exact.insert(fingerprint.high, ordinal) }
  }

  private func noteDrop(_ record: Ledger.RecordIndex, _ decision: Decision) {
    counts.dropped += 1
    decision.reasons.forEachBit { counts.reasons[$0] += 1 }
    guard let original = decision.duplicate?.ordinal else { return }
    ledger.link(record, before: entries[Int(original)].firstDependent)
    entries[Int(original)].firstDependent = record
  }

  /// Notes an example that could not be judged.
  package func noteFailure() { counts.failed += 1 }

  // MARK: Forgetting

  /// Forgets an example and the decisions that name it as the original.
  /// - Returns: whether the id was known.
  /// - Complexity: O(shingles + dependents).
  package func retract(_ id: ExampleID) -> Bool {
    guard forget(id, .retracted) else { return false }
    countRetraction()
    return true
  }

  func countRetraction() { counts.retracted += 1 }

  @discardableResult
  private func forget(_ id: ExampleID, _ cause: StoredRetraction.Cause) -> Bool {
    guard let record = ledger.find(id) else { return false }
    forget(record, cause)
    return true
  }

  /// - Precondition: the record is not forgotten.
  func forget(_ record: Ledger.RecordIndex, _ cause: StoredRetraction.Cause) {
    let ordinal = keptOrdinal(record)
    ledger.forget(record)
    noteRetraction(record, cause)
    guard let ordinal else { return }
    let entry = entries[Int(ordinal)]
    index.remove(ordinal)
    count -= 1
    // One without tokens is not there.
    _ = exact.remove(entry.fingerprint.high, ordinal)
    var dependent = entry.firstDependent
    while dependent != Ledger.none {
      if !ledger.isForgotten(dependent) {
        ledger.forget(dependent)
        noteRetraction(dependent, .orphaned)
      }
      dependent = ledger[dependent].nextDependent
    }
  }

  // MARK: Asking

  package struct Similar {
    package let id: ExampleID
    package let match: Match
  }

  /// Kept examples at or above the threshold, best first.
  package func similar(to prepared: Prepared, limit: Int) -> [Similar] {
    guard prepared.text.tokenCount > 0 else { return [] }
    return index.matches(to: prepared.text.shingles, bandKeys: prepared.bandKeys)
      .prefix(limit)
      .map { Similar(id: name(of: $0.ordinal), match: $0) }
  }

  // MARK: References

  /// Whether any are loaded: an example must then be made ready with `ordered`.
  package var hasReferences: Bool { !references.isEmpty }

  /// The reference that occurs in an example.
  package func contamination(of prepared: Prepared) -> Contamination? {
    prepared.ordered.flatMap { references.closest(to: $0) }.map(references.contamination)
  }

  /// Reference fields that are told apart.
  package var referenceCount: Int { references.count }

  /// Counts what is rare in a field that is about to be added; see `ReferenceIndex.note`.
  package func noteReference(_ field: ReferenceField) { references.note(field) }

  /// Adds a field, which later decisions look for.
  /// - Parameter probe: will find it in the examples that are there already.
  /// - Precondition: the field is usable.
  package func addReference(
    _ field: ReferenceField, of set: String, _ probe: inout ReferenceProbe
  ) {
    let known = references.count
    references.insert(field, of: set, &probe)
    if references.count > known { note(field, of: set, number: references.count) }
  }

  /// Ordinals that have been given out: the bound for `contaminated`.
  package var ordinalCount: Int { entries.count }

  /// Those of the kept examples with these ordinals in which the references occur, by what the index
  /// keeps of them.
  /// - Complexity: O(shingles of all of them).
  package func contaminated(by probe: ReferenceProbe, among ordinals: Range<Int>) -> [ExampleID] {
    ordinals.map { UInt32($0) }
      .filter { index.isLive($0) && probe.occurs(in: index.shingles(of: $0)) }
      .map(name)
  }

  package var statistics: NearIndexStatistics { index.statistics }
}
