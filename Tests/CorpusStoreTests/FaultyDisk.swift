import CSQLite
import Glibc
import Synchronization

/// Makes system calls of SQLite fail, on the thread that asks for it and on no other: SQLite's own seam
/// (`xSetSystemCall`), since tests of one process share it.
enum FaultyDisk {
  /// What a thread wants of its calls.
  final class Plan {
    /// Calls that still succeed; then each fails.
    var left: Int
    let error: Int32
    /// Whether only one call fails.
    let isOnce: Bool
    private(set) var count = 0
    private(set) var failures = 0

    init(after left: Int, _ error: Int32, isOnce: Bool) {
      (self.left, self.error, self.isOnce) = (left, error, isOnce)
    }

    fileprivate func fails() -> Bool {
      count += 1
      if left > 0 {
        left -= 1
        return false
      }
      if isOnce, failures > 0 { return false }
      failures += 1
      return true
    }
  }

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
  }()

  private static let installed: Bool = {
    guard let vfs = sqlite3_vfs_find(nil) else { return false }
    func replace(_ name: String, _ function: UnsafeRawPointer) {
      _ = vfs.pointee.xSetSystemCall(
        vfs, name, unsafeBitCast(function, to: sqlite3_syscall_ptr.self))
    }
    let write: @convention(c) (Int32, UnsafeRawPointer?, Int) -> Int = {
      FaultyDisk.fails() ? -1 : Glibc.write($0, $1, $2)
    }
    let pwrite: @convention(c) (Int32, UnsafeRawPointer?, Int, Int) -> Int = {
      FaultyDisk.fails() ? -1 : Glibc.pwrite($0, $1, $2, $3)
    }
    let ftruncate: @convention(c) (Int32, Int) -> Int32 = {
      FaultyDisk.fails() ? -1 : Glibc.ftruncate($0, $1)
    }
    let fallocate: @convention(c) (Int32, Int, Int) -> Int32 = {
      FaultyDisk.fails() ? errno : Glibc.posix_fallocate($0, $1, $2)
    }
    replace("write", unsafeBitCast(write, to: UnsafeRawPointer.self))
    replace("pwrite", unsafeBitCast(pwrite, to: UnsafeRawPointer.self))
    replace("pwrite64", unsafeBitCast(pwrite, to: UnsafeRawPointer.self))
    replace("ftruncate", unsafeBitCast(ftruncate, to: UnsafeRawPointer.self))
    replace("fallocate", unsafeBitCast(fallocate, to: UnsafeRawPointer.self))
    return true
  }()

  private static func fails() -> Bool {
    guard let raw = pthread_getspecific(key) else { return false }
    let plan = Unmanaged<Plan>.fromOpaque(raw).takeUnretainedValue()
    guard plan.fails() else { return false }
    errno = plan.error
    return true
  }

  /// Runs `body` on this thread with a disk on which all writing calls after the first `left` fail, or the
  /// next one only.
  static func with<Result>(
    failingAfter left: Int, _ error: Int32, once: Bool = false, _ body: (Plan) throws -> Result
  ) rethrows -> Result {
    precondition(installed, "SQLite has no file system")
    let plan = Plan(after: left, error, isOnce: once)
    pthread_setspecific(key, Unmanaged.passUnretained(plan).toOpaque())
    defer { pthread_setspecific(key, nil) }
    return try withExtendedLifetime(plan) { try body(plan) }
  }
}
