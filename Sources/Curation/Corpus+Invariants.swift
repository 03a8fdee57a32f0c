internal import Containers
internal import Indexing

extension Corpus {
  /// Traps when the parts of the state contradict each other. For tests and debugging.
  /// - Complexity: O(everything).
  package func checkInvariants() {
    index.checkInvariants()
    exact.checkInvariants()
    ledger.checkInvariants()
    var kept = 0
    for ordinal in 0..<UInt32(entries.count) where index.isLive(ordinal) {
      kept += 1
      let record = entries[Int(ordinal)].record
      precondition(!ledger.isForgotten(record), "a kept example is not known")
      precondition(ledger.decision(record).keep, "a kept example was dropped")
      precondition(ledger[record].ordinal == ordinal, "a record names another example")
    }
    precondition(kept == count, "the count is wrong")
    for record in 0..<Ledger.RecordIndex(ledger.count) where !ledger.isForgotten(record) {
      guard let original = ledger.decision(record).duplicate?.ordinal else { continue }
      precondition(index.isLive(original), "a decision names an example that is gone")
    }
  }
}
