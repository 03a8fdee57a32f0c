/// Names one connection as long as the daemon runs; never given twice.
package struct ConnectionID: Hashable, Sendable {
  package let number: Int
  package init(_ number: Int) { self.number = number }
}

/// What is known of the other side before it says anything.
package enum Peer: String, Sendable {
  case stdio, unix, tcp

  /// Whether it must show the token first.
  package var mustAuthenticate: Bool { self == .tcp }
}

/// What happens to the server.
package enum Event {
  case connected(ConnectionID, Peer)
  case received(ConnectionID, UnsafeRawBufferPointer)
  /// The peer sends no more but may still read: finish its answers, then close.
  case ended(ConnectionID)
  /// The connection is gone; nothing can be sent any more.
  case closed(ConnectionID)
  /// Unsent bytes rose above the mark, and fell below the low one.
  case blocked(ConnectionID)
  case drained(ConnectionID)
  /// A worker has done what `Effect.work` asked for.
  case finished(Ticket, any Sendable)
  /// What `Effect.store` asked for is done.
  case stored(Int, any Sendable)
  /// Go on with what the last turn left; asked for by `Effect.wake`.
  case turn
  /// Drain and end.
  case stop
}

/// What the server asks its owner to do, in this order.
package enum Effect: Equatable {
  case send(ConnectionID, [UInt8])
  case pauseReading(ConnectionID)
  case resumeReading(ConnectionID)
  /// Close once everything sent before is written. The reason is for the log; nil is the usual end.
  case close(ConnectionID, reason: String?)
  /// Close the connection when this process ends: its peer's own.
  case watch(ConnectionID, processID: Int)
  /// Run the job on any thread and send `Event.finished`.
  case work(Ticket, Job)
  /// Run the keeper's job, in its lane, and send `Event.stored` with its number.
  case store(Int, StoreLane, Job)
  /// Send `Event.turn` after looking for other events.
  case wake
  case stopAccepting
  /// All is drained: leave the loop.
  case finish
}

extension Effect {
  package static func == (lhs: Effect, rhs: Effect) -> Bool {
    switch (lhs, rhs) {
    case (.send(let a, let x), .send(let b, let y)): a == b && x == y
    case (.pauseReading(let a), .pauseReading(let b)): a == b
    case (.resumeReading(let a), .resumeReading(let b)): a == b
    case (.close(let a, let x), .close(let b, let y)): a == b && x == y
    case (.watch(let a, let x), .watch(let b, let y)): a == b && x == y
    case (.work(let a, let x), .work(let b, let y)): a == b && x === y
    case (.store(let a, let k, let x), .store(let b, let l, let y)):
      a == b && k == l && x === y
    case (.wake, .wake), (.stopAccepting, .stopAccepting), (.finish, .finish): true
    default: false
    }
  }
}
