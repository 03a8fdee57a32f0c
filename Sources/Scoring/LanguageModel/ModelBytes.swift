/// The bytes of a model: of a mapped file, of the executable itself, or made in memory. They never
/// change and live as long as this object.
///
/// `@unchecked Sendable`: the bytes are only read after `init`, and `release` runs once, when nobody
/// holds the object any more.
package final class ModelBytes: @unchecked Sendable {
  package let raw: UnsafeRawBufferPointer
  private let release: @Sendable (UnsafeRawBufferPointer) -> Void

  /// - Parameters:
  ///   - raw: aligned to 8 bytes, as a page is.
  ///   - release: gives them back.
  package init(
    _ raw: UnsafeRawBufferPointer, release: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
  ) {
    self.raw = raw
    self.release = release
  }

  /// A copy of `words`.
  package convenience init(words: [UInt64]) {
    let copy = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: max(words.count, 1))
    _ = copy.initialize(from: words)
    self.init(UnsafeRawBufferPointer(start: copy.baseAddress, count: words.count * 8)) {
      UnsafeMutableRawPointer(mutating: $0.baseAddress)?.deallocate()
    }
  }

  /// A copy of `bytes`.
  package convenience init(bytes: Span<UInt8>) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
    bytes.withUnsafeBytes { copy.copyMemory(from: $0) }
    self.init(UnsafeRawBufferPointer(copy)) {
      UnsafeMutableRawPointer(mutating: $0.baseAddress)?.deallocate()
    }
  }

  deinit { release(raw) }
}

/// What is wrong with the bytes of a model, or with what one is to be made of.
package struct ModelError: Error, Equatable {
  package let message: String

  package init(_ message: String) { self.message = message }
}
