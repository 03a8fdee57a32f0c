internal import EventLoop
internal import Glibc
internal import Serving

/// Processes whose end is the end of a connection: editors that were killed say no goodbye.
final class WatchedProcesses {
  /// Nobody waits longer than this for an orphan to go.
  private static let lookSeconds = 0.5

  private var processes: [ConnectionID: Int] = [:]
  private var timer: RepeatingTimer?

  static func isAlive(_ processID: Int) -> Bool {
    guard processID > 0, let number = pid_t(exactly: processID) else { return false }
    return kill(number, 0) == 0 || errno == EPERM
  }

  /// - Parameter ended: called once the process is gone.
  func watch(
    _ processID: Int, for id: ConnectionID, on loop: EventLoop,
    ended: @escaping (ConnectionID) -> Void
  ) {
    processes[id] = processID
    guard timer == nil else { return }
    timer = RepeatingTimer(loop: loop, everySeconds: Self.lookSeconds) { [unowned self] in
      for (id, processID) in processes where !Self.isAlive(processID) {
        processes[id] = nil
        ended(id)
      }
    }
  }

  func forget(_ id: ConnectionID) {
    processes[id] = nil
    if processes.isEmpty { end() }
  }

  func end() {
    timer?.cancel()
    timer = nil
  }
}
