/// One long change of a corpus at a time, in the order in which they came: so that what is written down
/// between two of them is whole, and a change is kept as a whole or not at all.
final class AdmissionGate {
  private var holder: ObjectIdentifier?
  private var waiting: [ObjectIdentifier] = []
  /// Somebody who waited may go on.
  private(set) var hasReleased = false

  /// Nobody is in the middle of a change.
  var isFree: Bool { holder == nil }

  /// A place in the line, or in the gate; given back with its last reference.
  final class Ticket {
    private let gate: AdmissionGate
    init(_ gate: AdmissionGate) { self.gate = gate }
    deinit { gate.leave(ObjectIdentifier(self)) }

    /// Goes in if its turn has come, and stands in line if not.
    func enter() -> Bool { gate.enter(ObjectIdentifier(self)) }

    /// Whether `enter` would let it in.
    var mayEnter: Bool { gate.mayEnter(ObjectIdentifier(self)) }
  }

  private func mayEnter(_ ticket: ObjectIdentifier) -> Bool {
    holder == ticket || (holder == nil && (waiting.first ?? ticket) == ticket)
  }

  private func enter(_ ticket: ObjectIdentifier) -> Bool {
    guard mayEnter(ticket) else {
      if !waiting.contains(ticket) { waiting.append(ticket) }
      return false
    }
    holder = ticket
    waiting.removeAll { $0 == ticket }
    return true
  }

  private func leave(_ ticket: ObjectIdentifier) {
    if holder == ticket { holder = nil }
    waiting.removeAll { $0 == ticket }
    hasReleased = !waiting.isEmpty
  }

  func takeReleased() -> Bool {
    defer { hasReleased = false }
    return hasReleased
  }
}
