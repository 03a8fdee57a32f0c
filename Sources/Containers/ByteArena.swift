internal import Glibc

/// Records of bytes one behind another, in chunks that never move. A place in it is 32 bits.
///
/// A reference: one owner, one thread.
package final class ByteArena {
  private var chunks: [UnsafeMutablePointer<UInt8>] = []
  private var end = 0
  /// The upper 12 bits of a place name the chunk, the lower 20 the byte in it.
  private static let chunkShift = 20
  package static let recordBytesMaximum = 1 << chunkShift

  package init() {}

  deinit { for chunk in chunks { chunk.deallocate() } }

  /// Appends a record; nil when the arena's 4 GiB are used up.
  /// - Precondition: it has at most `recordBytesMaximum` bytes.
  /// - Complexity: O(bytes).
  package func append(_ bytes: UnsafeRawBufferPointer) -> UInt32? {
    precondition(bytes.count <= Self.recordBytesMaximum, "a record fits into a chunk")
    if chunks.isEmpty || end + bytes.count > Self.recordBytesMaximum {
      guard chunks.count < 1 << (32 - Self.chunkShift) else { return nil }
      chunks.append(.allocate(capacity: Self.recordBytesMaximum))
      end = 0
    }
    let chunk = chunks.count - 1
    if let base = bytes.baseAddress { memcpy(chunks[chunk] + end, base, bytes.count) }
    defer { end += bytes.count }
    return UInt32(chunk << Self.chunkShift | end)
  }

  /// The bytes from a place on; how many belong to the record is known to its owner.
  @inline(__always)
  package func pointer(at place: UInt32) -> UnsafePointer<UInt8> {
    let chunk = chunks[Int(place) >> Self.chunkShift]
    return UnsafePointer(chunk + Int(place) & (Self.recordBytesMaximum - 1))
  }

  package var byteCount: Int { chunks.count * Self.recordBytesMaximum }
}
