internal import CZlib
internal import CZstd
internal import Glibc

/// A file that is there as a whole or not at all: written beside its place and renamed by `commit`.
/// `NAME.gz` and `NAME.zst` are compressed; pipes and devices are written directly.
final class OutputFile {
  let path: String
  private let temporaryPath: String?
  private let descriptor: Int32
  private var compressor: (any Compressor)?
  private var buffer: [UInt8] = []
  private var isOpen = true

  private static let bufferBytes = 256 << 10

  /// - Parameter path: nil is standard output.
  init(path: String?) throws {
    buffer.reserveCapacity(Self.bufferBytes)
    guard let path, path != "-" else {
      self.path = "standard output"
      (temporaryPath, descriptor) = (nil, 1)
      return
    }
    self.path = path
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      temporaryPath = nil
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
    } else {
      let temporary = "\(path).thresher-\(getpid())"
      temporaryPath = temporary
      descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    }
    guard descriptor >= 0 else { throw Failure("\(path): \(systemError())") }
    if path.hasSuffix(".gz") { compressor = try GzipCompressor() }
    if path.hasSuffix(".zst") { compressor = try ZstdCompressor() }
  }

  deinit { discard() }

  func write(_ bytes: some Collection<UInt8>) throws {
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.bufferBytes { try flush(isLast: false) }
  }

  /// Sends what is buffered, so that a reader of a pipe sees it.
  func flush() throws { if compressor == nil { try flush(isLast: false) } }

  private func flush(isLast: Bool) throws {
    if let compressor {
      try send(compressor.run(buffer, isLast: isLast))
    } else {
      try send(buffer)
    }
    buffer.removeAll(keepingCapacity: true)
  }

  private func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR {
        try Interruption.check()
        continue
      }
      if count < 0, errno == EPIPE { throw ClosedPipe() }
      guard count > 0 else { throw Failure("\(path): \(systemError())") }
      sent += count
    }
  }

  /// Completes the file and puts it into its place.
  func commit() throws {
    guard isOpen else { return }
    try flush(isLast: true)
    isOpen = false
    guard descriptor > 2 else { return }
    if temporaryPath != nil, fsync(descriptor) != 0 { throw Failure("\(path): \(systemError())") }
    close(descriptor)
    guard let temporaryPath else { return }
    guard rename(temporaryPath, path) == 0 else { throw Failure("\(path): \(systemError())") }
  }

  /// Leaves nothing behind.
  func discard() {
    guard isOpen else { return }
    isOpen = false
    if descriptor > 2 { close(descriptor) }
    if let temporaryPath { unlink(temporaryPath) }
  }
}

/// The reader of our output has gone.
struct ClosedPipe: Error {}
