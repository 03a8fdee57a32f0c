internal import CLibuv

/// Calls back every `seconds`.
package final class RepeatingTimer: HandleOwner {
  private let handle = Handle(UV_TIMER)
  private let fire: () -> Void

  package init(loop: EventLoop, everySeconds seconds: Double, _ fire: @escaping () -> Void) {
    self.fire = fire
    uv_timer_init(loop.pointer, handle.bound(to: uv_timer_t.self))
    handle.adopt(self)
    let milliseconds = UInt64(seconds * 1_000)
    uv_timer_start(
      handle.bound(to: uv_timer_t.self),
      { timer in
        let owner: RepeatingTimer = OwnerBox.owner(of: timer?.pointee.data)
        owner.fire()
      }, milliseconds, milliseconds)
  }

  package func cancel() { handle.close() }
  func handleDidClose() {}
}

/// Calls back on the loop when the process gets a signal.
package final class SignalSource: HandleOwner {
  private let handle = Handle(UV_SIGNAL)
  private let fire: () -> Void

  package init(loop: EventLoop, signal: Int32, _ fire: @escaping () -> Void) throws(UVError) {
    self.fire = fire
    uv_signal_init(loop.pointer, handle.bound(to: uv_signal_t.self))
    handle.adopt(self)
    let status = uv_signal_start(
      handle.bound(to: uv_signal_t.self),
      { source, _ in
        let owner: SignalSource = OwnerBox.owner(of: source?.pointee.data)
        owner.fire()
      }, signal)
    if status < 0 {
      handle.close()
      throw UVError(status, "watch for signal \(signal)")
    }
  }

  package func cancel() { handle.close() }
  func handleDidClose() {}
}

/// Calls back on the loop after another thread has called `post`. Several posts may come as one.
package final class Wakeup: HandleOwner {
  /// What other threads hold.
  package struct Poster: Sendable {
    // Safe to share: uv_async_send is the one call of libuv that any thread may make, and the
    // owner keeps the handle until every thread that posts has ended.
    fileprivate nonisolated(unsafe) let handle: UnsafeMutablePointer<uv_async_t>
    package func post() { uv_async_send(handle) }
  }

  private let handle = Handle(UV_ASYNC)
  private let fire: () -> Void

  package init(loop: EventLoop, _ fire: @escaping () -> Void) throws(UVError) {
    self.fire = fire
    let status = uv_async_init(loop.pointer, handle.bound(to: uv_async_t.self)) { source in
      let owner: Wakeup = OwnerBox.owner(of: source?.pointee.data)
      owner.fire()
    }
    handle.adopt(self)
    if status < 0 {
      handle.close()
      throw UVError(status, "prepare a wake-up")
    }
  }

  package var poster: Poster { Poster(handle: handle.bound(to: uv_async_t.self)) }
  package func cancel() { handle.close() }
  func handleDidClose() {}
}
