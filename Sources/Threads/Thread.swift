internal import Glibc
internal import Synchronization

/// A thread of our own that runs one function to its end.
package struct Thread {
  private final class Entry {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private let thread: pthread_t

  /// Begins it; nil where the system has no thread left.
  package init?(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let entry = Unmanaged.passRetained(Entry(body))
    let status = pthread_create(
      &thread, nil,
      { raw in
        if let raw { Unmanaged<Entry>.fromOpaque(raw).takeRetainedValue().body() }
        return nil
      }, entry.toOpaque())
    guard status == 0 else {
      entry.release()
      return nil
    }
    self.thread = thread
  }

  /// Waits for its end: once, and no copy does it again. A thread that nobody waits for is lost memory.
  package func join() { pthread_join(thread, nil) }
}

/// A result in the making, on a thread of its own.
package final class Future<Value: Sendable> {
  private final class Slot: Sendable {
    let value = Mutex<Value?>(nil)
    let body: @Sendable () -> Value
    init(_ body: @escaping @Sendable () -> Value) { self.body = body }

    func run() {
      let result = body()
      value.withLock { $0 = result }
    }
  }

  private let slot: Slot
  private var thread: Thread?

  package init(_ body: @escaping @Sendable () -> Value) {
    let slot = Slot(body)
    self.slot = slot
    thread = Thread { slot.run() }
  }

  /// Waits for it; where there was no thread, makes it now.
  package func value() -> Value {
    thread?.join()
    thread = nil
    return slot.value.withLock { $0 } ?? slot.body()
  }
}

/// Splits a list over threads and puts the results together again, in order.
///
/// For long lists: threads are begun and ended each time, which takes some ten microseconds.
package enum ForkJoin {
  /// `body` of consecutive slices of `list`, one a thread, joined.
  package static func map<Input: Sendable, Output: Sendable>(
    _ list: [Input], threads: Int, _ body: @escaping @Sendable (ArraySlice<Input>) -> [Output]
  ) -> [Output] {
    let size = max(1, (list.count + threads - 1) / threads)
    let parts = stride(from: 0, to: list.count, by: size).map { start in
      list[start..<min(start + size, list.count)]
    }
    let running = parts.dropFirst().map { part in Future { body(part) } }
    // The first part is this thread's own.
    return running.reduce(into: parts.first.map(body) ?? []) { $0 += $1.value() }
  }
}
