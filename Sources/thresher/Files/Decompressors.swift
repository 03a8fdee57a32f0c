internal import CZlib
internal import CZstd

/// Turns compressed bytes into plain ones, a piece at a time.
protocol Decompressor: AnyObject {
  /// Consumes some of `input[range]`, appends what it gives, and returns what is left.
  func run(
    _ input: [UInt8], _ range: Range<Int>, _ output: inout [UInt8], _ name: String
  ) throws -> Range<Int>
  /// Whether the data may end here.
  var isBetweenMembers: Bool { get }
}

final class GzipDecompressor: Decompressor {
  private let stream: UnsafeMutablePointer<z_stream>
  private(set) var isBetweenMembers = true

  init() throws {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15 bits of window; 16 more ask for gzip's header.
    let status = inflateInit2_(
      stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw Failure("zlib does not start (\(status))") }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  func run(
    _ input: [UInt8], _ range: Range<Int>, _ output: inout [UInt8], _ name: String
  ) throws -> Range<Int> {
    // Members may be padded with zeros to a block of a tape; gzip ignores them, too.
    if isBetweenMembers, range.lowerBound > 0 || hasHadMember,
      input[range].allSatisfy({ $0 == 0 })
    {
      return range.upperBound..<range.upperBound
    }
    isBetweenMembers = false
    let before = output.count
    output.append(contentsOf: repeatElement(0, count: ByteSource.chunkBytes))
    var left = 0
    var made = 0
    let status = input[range].withUnsafeBufferPointer { source in
      output[before...].withUnsafeMutableBufferPointer { target in
        stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        stream.pointee.avail_in = UInt32(source.count)
        stream.pointee.next_out = target.baseAddress
        stream.pointee.avail_out = UInt32(target.count)
        let status = inflate(stream, Z_NO_FLUSH)
        left = Int(stream.pointee.avail_in)
        made = target.count - Int(stream.pointee.avail_out)
        return status
      }
    }
    output.removeLast(output.count - before - made)
    switch status {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END:
      isBetweenMembers = true
      hasHadMember = true
      inflateReset(stream)
    default:
      let reason = stream.pointee.msg.map { String(cString: $0) } ?? "error \(status)"
      throw Failure("\(name): the gzip data is damaged (\(reason))")
    }
    return (range.upperBound - left)..<range.upperBound
  }

  private var hasHadMember = false
}

final class ZstdDecompressor: Decompressor {
  private let stream: OpaquePointer
  private(set) var isBetweenMembers = true

  init() throws {
    guard let stream = ZSTD_createDStream() else { throw Failure("zstd does not start") }
    self.stream = stream
  }

  deinit { ZSTD_freeDStream(stream) }

  func run(
    _ input: [UInt8], _ range: Range<Int>, _ output: inout [UInt8], _ name: String
  ) throws -> Range<Int> {
    let before = output.count
    output.append(contentsOf: repeatElement(0, count: ByteSource.chunkBytes))
    var consumed = 0
    var made = 0
    let status = input[range].withUnsafeBytes { source in
      output[before...].withUnsafeMutableBytes { target in
        var from = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
        var into = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
        let status = ZSTD_decompressStream(stream, &into, &from)
        consumed = from.pos
        made = into.pos
        return status
      }
    }
    output.removeLast(output.count - before - made)
    guard ZSTD_isError(status) == 0 else {
      throw Failure(
        "\(name): the zstd data is damaged (\(String(cString: ZSTD_getErrorName(status))))")
    }
    isBetweenMembers = status == 0
    return (range.lowerBound + consumed)..<range.upperBound
  }
}

enum Decompressors {
  /// The one that data with these first bytes needs; nil for plain data.
  static func make(for first: some Sequence<UInt8>) throws -> (any Decompressor)? {
    if first.starts(with: [0x1F, 0x8B]) { return try GzipDecompressor() }
    if first.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { return try ZstdDecompressor() }
    return nil
  }

  /// What a whole file holds; plain data comes back as it is.
  static func plain(_ bytes: [UInt8], _ name: String, bytesMaximum: Int) throws -> [UInt8] {
    guard let decompressor = try make(for: bytes.prefix(4)) else { return bytes }
    var plain: [UInt8] = []
    var left = bytes.indices
    while !left.isEmpty {
      let before = (left, plain.count)
      left = try decompressor.run(bytes, left, &plain, name)
      guard plain.count <= bytesMaximum else {
        throw Failure("\(name): unpacked more than \(bytesMaximum) bytes")
      }
      // Nothing taken and nothing given: there will be no more.
      if before == (left, plain.count) { break }
    }
    guard decompressor.isBetweenMembers else {
      throw Failure("\(name): the compressed data ends in the middle (truncated)")
    }
    return plain
  }
}
