internal import CLibuv
internal import CSystem
internal import Glibc

/// The daemon's loop: libuv's, owned by the thread that calls `run`.
///
/// Everything of this target is used on that thread only, and checks it; `Wakeup.post` is the one
/// exception. Handles live on the heap until libuv has called their close callback.
package final class EventLoop {
  let pointer: UnsafeMutablePointer<uv_loop_t>
  /// One buffer for all reads: libuv hands the bytes over before it asks for it again.
  let readBuffer: UnsafeMutableRawBufferPointer
  private let thread = pthread_self()
  private let idle: UnsafeMutablePointer<uv_idle_t>
  private var deferred: [() -> Void] = []
  /// How long the loop was busy between two looks for events.
  package private(set) var turns = Turns()
  private let prepare: UnsafeMutablePointer<uv_prepare_t>

  package struct Turns {
    package var count = 0
    package var longestSeconds = 0.0
    /// Where the clock and the time spent waiting stood at the last look.
    fileprivate var last: (now: UInt64, idle: UInt64) = (0, 0)
  }

  package init() throws(UVError) {
    pointer = .allocate(capacity: 1)
    readBuffer = .allocate(byteCount: 256 << 10, alignment: 16)
    idle = .allocate(capacity: 1)
    prepare = .allocate(capacity: 1)
    try UVError.check(uv_loop_init(pointer), "start the event loop")
    thresher_keep_buffers()
    // A peer that goes away in the middle of a write is an error code, not the end of the daemon.
    signal(SIGPIPE, SIG_IGN)
    // A file that grows beyond the user's limit is an error of the write, not the end.
    signal(SIGXFSZ, SIG_IGN)
    pointer.pointee.data = Unmanaged.passUnretained(self).toOpaque()
    uv_idle_init(pointer, idle)
    watchTurns()
  }

  /// From one look for events to the next, less the time spent waiting.
  private func watchTurns() {
    thresher_measure_idle_time(pointer)
    turns.last = (uv_hrtime(), 0)
    uv_prepare_init(pointer, prepare)
    uv_prepare_start(prepare) { handle in
      guard let data = handle?.pointee.loop.pointee.data else { return }
      Unmanaged<EventLoop>.fromOpaque(data).takeUnretainedValue().endTurn()
    }
    // It does not keep the loop running.
    uv_unref(UnsafeMutableRawPointer(prepare).assumingMemoryBound(to: uv_handle_t.self))
  }

  private func endTurn() {
    let (now, idle) = (uv_hrtime(), uv_metrics_idle_time(pointer))
    let busy = (now - turns.last.now) &- (idle - turns.last.idle)
    turns.last = (now, idle)
    turns.count += 1
    turns.longestSeconds = max(turns.longestSeconds, Double(Int64(bitPattern: busy)) / 1e9)
  }

  /// Traps when called on another thread than the loop's.
  package func preconditionOnLoop() {
    precondition(pthread_equal(thread, pthread_self()) != 0, "not on the event loop's thread")
  }

  /// Runs until `stop`.
  package func run() {
    preconditionOnLoop()
    uv_run(pointer, UV_RUN_DEFAULT)
  }

  /// Leaves `run` after the callbacks that are due.
  package func stop() { uv_stop(pointer) }

  /// Seconds on a clock that does not jump.
  package var now: Double { Double(uv_hrtime()) / 1e9 }

  /// Calls `body` once, after the loop has looked for other events without waiting for any.
  package func soon(_ body: @escaping () -> Void) {
    preconditionOnLoop()
    deferred.append(body)
    guard uv_is_active(UnsafeRawPointer(idle).assumingMemoryBound(to: uv_handle_t.self)) == 0
    else { return }
    uv_idle_start(idle) { handle in
      guard let data = handle?.pointee.loop.pointee.data else { return }
      Unmanaged<EventLoop>.fromOpaque(data).takeUnretainedValue().runDeferred()
    }
  }

  private func runDeferred() {
    let bodies = deferred
    deferred.removeAll(keepingCapacity: true)
    for body in bodies { body() }
    if deferred.isEmpty { uv_idle_stop(idle) }
  }

  static func of(_ handle: UnsafeMutablePointer<uv_handle_t>) -> EventLoop {
    guard let data = handle.pointee.loop.pointee.data else { preconditionFailure("a foreign loop") }
    return Unmanaged<EventLoop>.fromOpaque(data).takeUnretainedValue()
  }
}
