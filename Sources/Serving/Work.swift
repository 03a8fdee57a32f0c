package import JSON
package import JSONRPC

/// A request being served, in slices, so that a long one does not hold up the others.
package protocol Work {
  /// Whether something of it has taken effect: from then on it cannot be cancelled.
  var hasCommitted: Bool { get }

  /// Does as much as `budget` allows (1 a small step, 1 an example), and takes it from there.
  /// The result is written to `answer` piece by piece and is whole when true is returned.
  /// It may throw only as long as nothing has been committed, or once all of that was taken back.
  mutating func advance(
    budget: inout Int, _ answer: inout JSONWriter
  ) throws(RPCError) -> Bool

  /// The parts that depend on nothing but values and may run on any thread, asked for once before
  /// the first `advance`; empty where `advance` does everything.
  mutating func takeJobs() -> [Job]

  /// The result of one of the jobs, by its position among them.
  mutating func accept(_ result: any Sendable, of job: Int)

  /// Whether `advance` can do nothing before another result has come, or a keeper has released it.
  var isWaiting: Bool { get }

  /// What has to be durable before the answer may leave; asked for once it is whole.
  var commit: Commit? { get }
}

extension Work {
  package mutating func takeJobs() -> [Job] { [] }
  package mutating func accept(_ result: any Sendable, of job: Int) {}
  package var isWaiting: Bool { false }
  package var commit: Commit? { nil }
}

/// A pure function of values, for a worker thread.
package final class Job: Sendable {
  package let run: @Sendable () -> any Sendable
  package init(_ run: @escaping @Sendable () -> any Sendable) { self.run = run }
}

/// Names a job to whoever runs it.
package struct Ticket: Hashable, Sendable {
  let connection: ConnectionID
  /// Which exchange of the connection, counted from its beginning; nil is its conversation.
  let exchange: Int?
  let job: Int
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
