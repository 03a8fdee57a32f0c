internal import CSystem
internal import Glibc
internal import Synchronization
internal import Threads

/// Threads for work that needs nothing but values: jobs go in, results come back on the loop.
///
/// libuv's own pool is left to files: a fixed four threads that everything shares. Jobs are begun in
/// the order in which they were given; results come in the order in which they are done.
package final class WorkerPool {
  package typealias Work = @Sendable () -> any Sendable

  /// What loop and threads share.
  private final class Shared: Sendable {
    struct State {
      var jobs: [(tag: Int, work: Work)] = []
      /// Index of the next job; those before it are taken.
      var next = 0
      var results: [(tag: Int, result: any Sendable)] = []
      var isEnding = false
    }

    let state = Mutex(State())
    /// One count a job: who reads one takes one.
    let available: Int32

    init(available: Int32) { self.available = available }

    /// Waits for a job and takes it; nil when the threads are to end.
    func take() -> (tag: Int, work: Work)? {
      var count: UInt64 = 0
      while read(available, &count, 8) < 0, errno == EINTR {}
      return state.withLock { state in
        guard state.next < state.jobs.count else { return nil }
        let job = state.jobs[state.next]
        state.next += 1
        if state.next == state.jobs.count || state.next == 1_024 {
          state.jobs.removeFirst(state.next)
          state.next = 0
        }
        return job
      }
    }

    func post(_ count: Int) {
      var count = UInt64(count)
      while write(available, &count, 8) < 0, errno == EINTR {}
    }
  }

  private let shared: Shared
  private var threads: [Thread] = []
  private var wakeup: Wakeup?
  private let deliver: (Int, any Sendable) -> Void

  /// - Parameter deliver: called on the loop with a job's tag and result.
  package init(
    loop: EventLoop, count: Int, deliver: @escaping (Int, any Sendable) -> Void
  ) throws(UVError) {
    let descriptor = thresher_semaphore()
    guard descriptor >= 0 else { throw UVError(-errno, "prepare the workers") }
    shared = Shared(available: descriptor)
    self.deliver = deliver
    // The threads need to wake the loop, which needs us.
    let box = PoolBox()
    let wakeup = try Wakeup(loop: loop) { box.pool?.collect() }
    self.wakeup = wakeup
    let (shared, poster) = (shared, wakeup.poster)
    threads = (0..<count).compactMap { _ in
      Thread {
        while let job = shared.take() {
          let result = job.work()
          // Only the first of several results needs to wake the loop: it takes all.
          let isFirst = shared.state.withLock { state in
            state.results.append((job.tag, result))
            return state.results.count == 1
          }
          if isFirst { poster.post() }
        }
      }
    }
    box.pool = self
  }

  private final class PoolBox {
    weak var pool: WorkerPool?
  }

  /// Threads that run.
  package var count: Int { threads.count }

  /// Gives a job to the threads.
  package func run(_ work: @escaping Work, tag: Int) {
    shared.state.withLock { $0.jobs.append((tag, work)) }
    shared.post(1)
  }

  private func collect() {
    let results = shared.state.withLock { state in
      defer { state.results = [] }
      return state.results
    }
    for (tag, result) in results { deliver(tag, result) }
  }

  /// Lets the threads finish what they are at, and ends them.
  package func end() {
    shared.state.withLock { state in
      state.jobs = []
      state.next = 0
    }
    shared.post(threads.count)
    for thread in threads { thread.join() }
    wakeup?.cancel()
    wakeup = nil
    close(shared.available)
  }
}

/// Cores that this process may use.
package var availableCores: Int { max(1, Int(thresher_available_cores())) }
