internal import JSON
internal import JSONRPC
internal import Serving

/// Work on a corpus that has a file: waits until it is loaded, for its turn where it changes much, and
/// tells what its answer relies on.
struct CorpusWork: Work {
  enum Access {
    case reads
    /// A change in one step.
    case changes
    /// A change in many steps.
    case admits
  }

  private let residence: Residence
  private let access: Access
  private let make: (HostedCorpus) throws(RPCError) -> any Work
  private var inner: (any Work)?
  private var hosted: HostedCorpus?
  private var ticket: AdmissionGate.Ticket?
  private var isProbing = false

  init(
    _ residence: Residence, _ access: Access,
    _ make: @escaping (HostedCorpus) throws(RPCError) -> any Work
  ) throws(RPCError) {
    (self.residence, self.access, self.make) = (residence, access, make)
    residence.wake()
    if let hosted = residence.hosted {
      inner = try make(hosted)
      self.hosted = hosted
    }
  }

  var hasCommitted: Bool { inner?.hasCommitted ?? false }

  mutating func takeJobs() -> [Job] { inner?.takeJobs() ?? [] }

  mutating func accept(_ result: any Sendable, of job: Int) { inner?.accept(result, of: job) }

  var isWaiting: Bool {
    if residence.isBusy || (isProbing && residence.isProbePending) { return true }
    if let ticket, !ticket.mayEnter { return true }
    return inner?.isWaiting ?? false
  }

  var commit: Commit? { residence.commit }

  mutating func advance(
    budget: inout Int, _ answer: inout JSONWriter
  ) throws(RPCError) -> Bool {
    guard try isReady() else {
      budget -= 1
      return false
    }
    guard var running = inner else { return false }
    inner = nil  // One owner at a time: the work is changed in place.
    defer { inner = running }
    return try running.advance(budget: &budget, &answer)
  }

  /// Whether the inner work can go on, with the corpus as it is now.
  private mutating func isReady() throws(RPCError) -> Bool {
    if case .failed(let error) = residence.state { throw error }
    if let hosted, residence.hosted !== hosted {
      // It was taken back behind us.
      if inner?.hasCommitted ?? false {
        throw RPCError(.storageFailed, "the corpus could not be written; nothing of this was kept")
      }
      (inner, self.hosted) = (nil, nil)
    }
    residence.wake()
    guard let hosted = residence.hosted else { return false }
    if access != .reads, !hasCommitted {
      guard try mayWrite() else { return false }
    }
    if access == .admits {
      if ticket == nil { ticket = AdmissionGate.Ticket(residence.gate) }
      guard ticket?.enter() ?? true else { return false }
    }
    if inner == nil {
      inner = try make(hosted)
      self.hosted = hosted
    }
    return true
  }

  private mutating func mayWrite() throws(RPCError) -> Bool {
    switch residence.writability() {
    case .yes:
      isProbing = false
      return true
    case .unknown:
      isProbing = true
      return false
    case .no(let error): throw error
    }
  }
}
