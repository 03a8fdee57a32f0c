package import JSONRPC

/// A write that has to succeed before the answers that rely on it may leave.
package final class Commit {
  package enum Outcome {
    case pending
    case durable
    /// Nothing of it was kept; the answers become this error.
    case failed(RPCError)
  }

  package private(set) var outcome = Outcome.pending

  package init() {}

  /// - Precondition: it is pending.
  package func settle(_ outcome: Outcome) {
    guard case .pending = self.outcome else { preconditionFailure("a commit is settled once") }
    self.outcome = outcome
  }

  var isPending: Bool { if case .pending = outcome { true } else { false } }

  var failure: RPCError? { if case .failed(let error) = outcome { error } else { nil } }
}

/// Where a job of a keeper runs: jobs of one lane run one after another, in order.
package enum StoreLane: Sendable {
  case commit
  /// Takes long.
  case load
}

/// What the server asks about writes: whoever keeps things where they outlive the process.
package protocol Keeper: AnyObject {
  /// What has become due since it was asked last.
  func takeStoreJobs() -> [(number: Int, lane: StoreLane, job: Job)]

  /// A job is done; commits are settled in here.
  func stored(_ number: Int, _ result: any Sendable)

  /// Whether work that waited may go on since it was asked last.
  func takeReleased() -> Bool

  /// Whether nothing is left to be written.
  var isIdle: Bool { get }
}

/// Answers that are made and wait for their commits.
struct HeldAnswer {
  let framing: Framing
  let answer: Exchange.Finished

  var isPending: Bool { answer.parts.contains { $0.commit?.isPending ?? false } }

  /// The framed bytes, with errors in the places of what was not kept; and how many errors.
  func settled() -> (bytes: [UInt8], failureCount: Int) {
    let failures = answer.parts.count { $0.commit?.failure != nil }
    return (framing.frame(failures == 0 ? answer.bytes : answer.withErrors()), failures)
  }
}
