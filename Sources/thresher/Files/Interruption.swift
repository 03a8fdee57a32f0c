internal import Glibc
internal import Synchronization

/// Ctrl-C and SIGTERM while a command works: it stops at the next safe place, cleans up and ends
/// with 130 or 143.
struct Interruption: Error {
  let signal: Int32

  private static let received = Atomic<Int32>(0)

  /// Reads and writes that wait are interrupted, too.
  static func watch() {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { Interruption.received.store($0, ordering: .relaxed) }
    sigaction(SIGINT, &action, nil)
    sigaction(SIGTERM, &action, nil)
    Glibc.signal(SIGPIPE, SIG_IGN)
  }

  static func check() throws {
    let number = received.load(ordering: .relaxed)
    if number != 0 { throw Interruption(signal: number) }
  }
}
