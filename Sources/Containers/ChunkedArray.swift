/// An array of plain values that grows without moving what it holds: no pause for a copy, and no
/// memory beyond the last chunk that is not used.
///
/// A reference: one owner, one thread.
package final class ChunkedArray<Element: BitwiseCopyable> {
  private var chunks: [UnsafeMutablePointer<Element>] = []
  private let shift: Int
  private let mask: Int
  package private(set) var count = 0

  /// - Parameter chunkBytes: of one chunk; rounded down to a power of two of elements.
  package init(chunkBytes: Int = 256 << 10) {
    let elements = max(1, chunkBytes / MemoryLayout<Element>.stride)
    shift = Int.bitWidth - 1 - elements.leadingZeroBitCount
    mask = (1 << shift) - 1
  }

  deinit { for chunk in chunks { chunk.deallocate() } }

  /// - Complexity: O(1): two loads.
  @inline(__always)
  package subscript(index: Int) -> Element {
    get {
      assert(index >= 0 && index < count, "index out of range")
      return chunks[index >> shift][index & mask]
    }
    set {
      assert(index >= 0 && index < count, "index out of range")
      chunks[index >> shift][index & mask] = newValue
    }
    _modify {
      assert(index >= 0 && index < count, "index out of range")
      yield &chunks[index >> shift][index & mask]
    }
  }

  /// - Complexity: O(1); allocates a chunk every so often and moves nothing.
  package func append(_ element: Element) {
    if count & mask == 0, count >> shift == chunks.count {
      chunks.append(.allocate(capacity: mask + 1))
    }
    chunks[count >> shift][count & mask] = element
    count += 1
  }

  /// Bytes held.
  package var byteCount: Int { chunks.count * (mask + 1) * MemoryLayout<Element>.stride }
}
