internal import Indexing

extension Corpus {
  /// Traps when the parts of the state contradict each other. For tests and debugging.
  /// - Complexity: O(everything).
  package func checkInvariants() {
    index.checkInvariants()
    var kept = 0
    for (ordinal, entry) in entries.enumerated() {
      guard let entry else {
        precondition(!index.isLive(UInt32(ordinal)), "a retracted example is in the index")
        continue
      }
      kept += 1
      precondition(index.isLive(UInt32(ordinal)), "a kept example is not in the index")
      precondition(known[entry.id]?.ordinal == UInt32(ordinal), "a kept example is not known")
      if entry.hasTokens {
        precondition(exact[entry.fingerprint] == UInt32(ordinal), "a fingerprint is missing")
      }
    }
    precondition(kept == count, "the count is wrong")
    for (_, known) in known {
      precondition(known.decision.keep == (known.ordinal != nil), "kept without an ordinal")
      if let original = known.decision.duplicate?.ordinal {
        precondition(entries[Int(original)] != nil, "a decision names an example that is gone")
      }
    }
  }
}
