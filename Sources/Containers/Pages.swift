internal import Glibc

/// Memory of a size that changes: small blocks from the allocator, large ones straight from the
/// system, so that what a growing table leaves behind goes back instead of becoming holes.
@usableFromInline
struct Pages {
  @usableFromInline private(set) var base: UnsafeMutableRawPointer
  private(set) var size: Int

  private static let systemMinimum = 2 * pageSize
  private static let pageSize = 4 << 10

  /// Memory of at least `size` bytes, each of them `byte`; `self.size` says how many there are.
  init(atLeast size: Int, filledWith byte: UInt8) {
    if size < Self.systemMinimum {
      guard let memory = malloc(size) else { preconditionFailure("out of memory") }
      base = memory
      self.size = size
    } else {
      self.size = (size + Self.pageSize - 1) / Self.pageSize * Self.pageSize
      let memory = mmap(
        nil, self.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0)
      guard let memory, memory != MAP_FAILED else { preconditionFailure("out of memory") }
      base = memory
    }
    memset(base, Int32(byte), self.size)
  }

  /// Gives the memory back; nobody may use it any more.
  func free() {
    if size < Self.systemMinimum { Glibc.free(base) } else { munmap(base, size) }
  }
}
