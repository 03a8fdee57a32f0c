internal import Glibc
internal import Synchronization

/// Splits a list over threads and puts the results together again, in order.
///
/// For long lists: threads are begun and ended each time, which takes some ten microseconds.
enum ForkJoin {
  private final class Part<Output: Sendable>: Sendable {
    let result = Mutex<[Output]>([])
    let body: @Sendable () -> [Output]
    init(_ body: @escaping @Sendable () -> [Output]) { self.body = body }

    /// - Returns: the thread; nil where none could be begun.
    func start() -> pthread_t? {
      var thread = pthread_t()
      let box = Unmanaged.passRetained(
        Runnable { [self] in
          let output = body()
          result.withLock { $0 = output }
        })
      let status = pthread_create(
        &thread, nil,
        { raw in
          if let raw { Unmanaged<Runnable>.fromOpaque(raw).takeRetainedValue().run() }
          return nil
        }, box.toOpaque())
      guard status == 0 else {
        box.release()
        return nil
      }
      return thread
    }
  }

  private final class Runnable {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
  }

  /// `body` of consecutive slices of `list`, one a thread, joined.
  static func map<Input: Sendable, Output: Sendable>(
    _ list: [Input], threads: Int, _ body: @escaping @Sendable (ArraySlice<Input>) -> [Output]
  ) -> [Output] {
    let size = max(1, (list.count + threads - 1) / threads)
    let parts = stride(from: 0, to: list.count, by: size).map { start in
      let slice = list[start..<min(start + size, list.count)]
      return Part { body(slice) }
    }
    let running = parts.dropFirst().map { ($0, $0.start()) }
    // The first part is this thread's own, and those for which there was no thread.
    var output = parts.first?.body() ?? []
    for (part, thread) in running {
      guard let thread else {
        output += part.body()
        continue
      }
      pthread_join(thread, nil)
      output += part.result.withLock { $0 }
    }
    return output
  }
}
