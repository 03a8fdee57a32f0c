internal import CIntrinsics

/// An array of plain values that grows without moving what it holds: no pause for a copy, and no
/// memory beyond the last chunk that is not used.
///
/// A reference: one owner, one thread. Public where a hot loop of another module needs it inlined,
/// for its own element type: the compiler does not do that for what is `package`.
public final class ChunkedArray<Element: BitwiseCopyable> {
  /// Pointers to the chunks; room for all there can be, of which the system backs what is used.
  @usableFromInline let chunks: UnsafeMutablePointer<UnsafeMutablePointer<Element>>
  @usableFromInline let shift: Int
  @usableFromInline let mask: Int
  package private(set) var count = 0

  /// Elements that an array can hold.
  package static var countMaximum: Int { 1 << 32 }

  /// - Parameter chunkBytes: of one chunk; rounded down to a power of two of elements.
  package init(chunkBytes: Int = 256 << 10) {
    let elements = max(1, chunkBytes / MemoryLayout<Element>.stride)
    shift = Int.bitWidth - 1 - elements.leadingZeroBitCount
    mask = (1 << shift) - 1
    chunks = .allocate(capacity: Self.countMaximum >> shift)
  }

  deinit {
    for chunk in 0..<chunkCount { chunks[chunk].deallocate() }
    chunks.deallocate()
  }

  private var chunkCount: Int { (count + mask) >> shift }

  /// - Complexity: O(1): two loads.
  @inlinable
  public subscript(index: Int) -> Element {
    @inline(__always) get { chunks[index >> shift][index & mask] }
    @inline(__always) set { chunks[index >> shift][index & mask] = newValue }
    @inline(__always) _modify { yield &chunks[index >> shift][index & mask] }
  }

  /// Asks the memory for an element, and does not wait for it.
  package func prefetch(_ index: Int) {
    thresher_prefetch(chunks[index >> shift] + (index & mask))
  }

  /// - Complexity: O(1); allocates a chunk every so often and moves nothing.
  package func append(_ element: Element) {
    precondition(count < Self.countMaximum, "an array holds 2^32 elements")
    if count & mask == 0 { chunks[count >> shift] = .allocate(capacity: mask + 1) }
    chunks[count >> shift][count & mask] = element
    count += 1
  }

  /// Bytes held.
  package var byteCount: Int { chunkCount * (mask + 1) * MemoryLayout<Element>.stride }
}
