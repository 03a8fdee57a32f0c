/// Every enforced maximum of the wire. Announced in the answer to `initialize`; what goes above one
/// gets an error that names it (`kind: "limit_exceeded"`, `data.limit`).
package struct Limits: Sendable {
  /// Bytes of one message.
  package var messageBytes = 16 << 20
  /// The same for a peer that speaks LSP, whose messages hold documents. Told on its page only: plain
  /// clients cannot run into it.
  package var documentMessageBytes = 512 << 20
  /// Depth of arrays and objects inside each other.
  package var nesting = 128
  /// Messages in one JSON-RPC batch.
  package var batchItems = 1_000
  /// Examples in one request.
  package var examplesPerRequest = 10_000
  /// Peers at one time.
  package var connections = 1_024
  /// Corpora open at one time.
  package var corpora = 256
  /// Reference fields of one corpus, all sets together.
  package var references = 1_000_000
  /// UTF-8 bytes of an example's id.
  package var exampleIDBytes = 4_096
  /// Matches that `examples/similar` may be asked for.
  package var similarMatches = 1_000

  /// Bytes of the header block before a message.
  package var headerBytes = 4_096
  /// Bytes that are searched for the next header after a bad one, before the connection is given up.
  package var resynchronizationBytes = 64 << 20

  /// Above this many waiting requests a connection is not read until they fall to a quarter.
  package var requestsInFlight = 1_024
  /// The same for the bytes of the waiting requests.
  package var requestBytesInFlight = 4 << 20
  /// The same for answers that the peer has not taken yet, in bytes.
  package var unsentBytes = 4 << 20
  /// Seconds that a peer may leave answers unread before it is cut; 0 is never.
  package var unreadSeconds = 600

  package init() {}

  /// The limits a client can run into, as they are announced.
  package var announced: [(name: StaticString, value: Int)] {
    [
      ("messageBytes", messageBytes), ("nesting", nesting), ("batchItems", batchItems),
      ("examplesPerRequest", examplesPerRequest), ("connections", connections),
      ("corpora", corpora), ("references", references), ("exampleIdBytes", exampleIDBytes),
      ("similarMatches", similarMatches), ("headerBytes", headerBytes),
      ("resynchronizationBytes", resynchronizationBytes),
      ("requestsInFlight", requestsInFlight), ("requestBytesInFlight", requestBytesInFlight),
      ("unsentBytes", unsentBytes),
      ("unreadSeconds", unreadSeconds),
    ]
  }
}
