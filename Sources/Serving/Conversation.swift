package import JSON
package import JSONRPC

/// A service's half of a connection on which both sides speak unasked (LSP): one object a connection,
/// made when the peer has been let in.
///
/// It knows no framing and no life cycle: the dialect lets through what is in its place, the session
/// has it `work` when the peer has nothing more to say. So of many changes that wait only the last is
/// answered with diagnostics.
package protocol Conversation: AnyObject {
  /// Serves a request.
  /// - Returns: nil where the answer comes later, as one of the messages.
  func serve(
    _ method: String, _ params: JSONValue?, id: RequestID
  ) throws(RPCError) -> (any Work)?

  /// Takes a notification; one that nobody knows changes nothing.
  func take(_ method: String, _ params: JSONValue?)

  /// The peer's answer to a request of ours.
  func answer(_ id: RequestID, _ result: JSONValue?)

  /// The peer no longer wants the answer to a request that waits for it.
  func cancel(_ id: RequestID)

  /// Work for other threads, each with a number that names its result.
  func takeJobs() -> [(number: Int, job: Job)]

  func finish(_ number: Int, _ result: any Sendable)

  /// Whether `work` would do something.
  var hasWork: Bool { get }

  /// Goes on with what takes long, within the budget of `Work.advance`.
  func work(budget: inout Int)

  /// Messages to the peer, unframed, in order. Asked for before each answer, so that what was said first
  /// goes first, and when nothing of the peer's waits.
  func takeMessages() -> [[UInt8]]
}

/// Lets a peer in: makes its half of the connection and the answer to its `initialize`.
package typealias ConversationMaker =
  (_ peer: Peer, _ params: JSONValue) throws(RPCError) -> (any Conversation, initialize: any Work)
