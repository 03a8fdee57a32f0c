internal import CZlib
internal import CZstd

protocol Compressor: AnyObject {
  /// Compresses `bytes`; the last call closes the member.
  func run(_ bytes: [UInt8], isLast: Bool) throws -> [UInt8]
}

final class GzipCompressor: Compressor {
  private let stream: UnsafeMutablePointer<z_stream>

  init() throws {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let status = deflateInit2_(
      stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw Failure("zlib does not start (\(status))") }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  func run(_ bytes: [UInt8], isLast: Bool) throws -> [UInt8] {
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    bytes.withUnsafeBufferPointer { source in
      stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
      stream.pointee.avail_in = UInt32(source.count)
      var isFull = true
      while isFull {
        let made = chunk.withUnsafeMutableBufferPointer { target -> Int in
          stream.pointee.next_out = target.baseAddress
          stream.pointee.avail_out = UInt32(target.count)
          deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
          return target.count - Int(stream.pointee.avail_out)
        }
        output.append(contentsOf: chunk[..<made])
        isFull = made == chunk.count
      }
    }
    return output
  }
}

final class ZstdCompressor: Compressor {
  private let stream: OpaquePointer

  init() throws {
    guard let stream = ZSTD_createCStream() else { throw Failure("zstd does not start") }
    self.stream = stream
  }

  deinit { ZSTD_freeCStream(stream) }

  func run(_ bytes: [UInt8], isLast: Bool) throws -> [UInt8] {
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: ZSTD_CStreamOutSize())
    try bytes.withUnsafeBytes { source in
      var from = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
      var isDone = false
      while !isDone {
        let (status, made) = chunk.withUnsafeMutableBytes { target -> (Int, Int) in
          var into = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
          let status = ZSTD_compressStream2(
            stream, &into, &from, isLast ? ZSTD_e_end : ZSTD_e_continue)
          return (status, into.pos)
        }
        guard ZSTD_isError(status) == 0 else {
          throw Failure("zstd: \(String(cString: ZSTD_getErrorName(status)))")
        }
        output.append(contentsOf: chunk[..<made])
        isDone = isLast ? status == 0 : from.pos == from.size
      }
    }
    return output
  }
}
