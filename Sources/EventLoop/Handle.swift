internal import CLibuv

/// Memory of one libuv handle and the Swift object that it belongs to.
///
/// The object is retained from `adopt` until libuv has called the close callback, which is also
/// when the memory is freed.
struct Handle {
  let memory: UnsafeMutableRawPointer

  init(_ type: uv_handle_type) {
    memory = .allocate(byteCount: uv_handle_size(type), alignment: 16)
  }

  /// For a handle whose initializer failed: libuv does not know it.
  func free() { memory.deallocate() }

  var base: UnsafeMutablePointer<uv_handle_t> { memory.assumingMemoryBound(to: uv_handle_t.self) }
  var stream: UnsafeMutablePointer<uv_stream_t> { memory.assumingMemoryBound(to: uv_stream_t.self) }
  func bound<T>(to type: T.Type) -> UnsafeMutablePointer<T> { memory.assumingMemoryBound(to: type) }

  func adopt(_ owner: any HandleOwner) {
    base.pointee.data = Unmanaged.passRetained(OwnerBox(owner)).toOpaque()
  }

  /// Closes once; later calls do nothing.
  func close() {
    guard uv_is_closing(base) == 0 else { return }
    uv_close(base) { handle in
      guard let handle, let data = handle.pointee.data else { return }
      let owner = Unmanaged<OwnerBox>.fromOpaque(data).takeRetainedValue().owner
      handle.deallocate()
      owner.handleDidClose()
    }
  }
}

protocol HandleOwner: AnyObject {
  func handleDidClose()
}

/// A retained class reference that a `void *` can carry.
final class OwnerBox {
  let owner: any HandleOwner
  init(_ owner: any HandleOwner) { self.owner = owner }

  /// The owner of the handle that a callback was called for.
  static func owner<T: HandleOwner>(of data: UnsafeMutableRawPointer?, _: T.Type = T.self) -> T {
    guard let data,
      let owner = Unmanaged<OwnerBox>.fromOpaque(data).takeUnretainedValue().owner as? T
    else { preconditionFailure("a handle without its owner") }
    return owner
  }
}
