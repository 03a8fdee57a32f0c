package import JSON
package import JSONRPC

/// A request being served, in slices, so that a long one does not hold up the others.
package protocol Work {
  /// Whether something of it has taken effect: from then on it cannot be cancelled.
  var hasCommitted: Bool { get }

  /// Does as much as `budget` allows (1 a small step, 1 an example), and takes it from there.
  /// The result is written to `answer` piece by piece and is whole when true is returned.
  /// It may throw only as long as nothing has been committed.
  mutating func advance(
    budget: inout Int, _ answer: inout JSONWriter
  ) throws(RPCError) -> Bool
}

/// Work that is done in one small step.
package struct Answer: Work {
  package var hasCommitted: Bool { false }
  private let write: (inout JSONWriter) -> Void

  /// `write` must write exactly one value.
  package init(_ write: @escaping (inout JSONWriter) -> Void) { self.write = write }

  /// An object, written member by member.
  package static func object(_ write: @escaping (inout JSONWriter) -> Void) -> Answer {
    Answer { $0.object(write) }
  }

  package mutating func advance(
    budget: inout Int, _ answer: inout JSONWriter
  ) throws(RPCError) -> Bool {
    budget -= 1
    write(&answer)
    return true
  }
}
