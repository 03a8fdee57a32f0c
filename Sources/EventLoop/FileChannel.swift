internal import CLibuv

/// A regular file (or a device that polls like one) as a channel: epoll cannot wait for files, so
/// libuv's thread pool reads and writes them, one request of each kind at a time.
final class FileChannel: ByteChannel {
  weak var delegate: (any ByteChannelDelegate)?
  private let loop: EventLoop
  private let descriptor: Int32
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
  private var isReading = false
  private var isReadPending = false
  private var pending: [[UInt8]] = []
  private var isWritePending = false
  private(set) var unsentBytes = 0
  private var isFinishing = false
  private var isClosed = false
  private var didReportClose = false

  init(loop: EventLoop, descriptor: Int32) {
    self.loop = loop
    self.descriptor = descriptor
  }

  deinit { buffer.deallocate() }

  /// One request of libuv's file system calls. Retains its channel until it is done.
  private final class Request {
    let memory = UnsafeMutablePointer<uv_fs_t>.allocate(capacity: 1)
    let channel: FileChannel
    let bytes: [UInt8]
    let done: (FileChannel, Int, [UInt8]) -> Void

    init(
      _ channel: FileChannel, _ bytes: [UInt8],
      _ done: @escaping (FileChannel, Int, [UInt8]) -> Void
    ) {
      self.channel = channel
      self.bytes = bytes
      self.done = done
      memory.pointee.data = Unmanaged.passRetained(self).toOpaque()
    }

    deinit { memory.deallocate() }

    static let callback: uv_fs_cb = { pointer in
      guard let pointer, let data = pointer.pointee.data else { return }
      let request = Unmanaged<Request>.fromOpaque(data).takeRetainedValue()
      let result = pointer.pointee.result
      uv_fs_req_cleanup(pointer)
      request.done(request.channel, result, request.bytes)
    }
  }

  // MARK: Reading

  func startReading() {
    isReading = true
    readNext()
  }

  func stopReading() { isReading = false }

  private func readNext() {
    guard isReading, !isReadPending, !isClosed else { return }
    isReadPending = true
    let request = Request(self, []) { channel, count, _ in channel.didRead(count) }
    var into = uv_buf_init(
      buffer.baseAddress?.assumingMemoryBound(to: CChar.self), UInt32(buffer.count))
    uv_fs_read(loop.pointer, request.memory, descriptor, &into, 1, -1, Request.callback)
  }

  private func didRead(_ count: Int) {
    isReadPending = false
    guard !isClosed else { return reportClosed() }
    if count > 0 {
      delegate?.channel(didRead: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      readNext()
    } else if count == 0 {
      isReading = false
      delegate?.channelDidEnd()
    } else {
      fail(Int32(count), "read")
    }
  }

  // MARK: Writing

  func write(_ bytes: [UInt8]) {
    guard !isClosed, !isFinishing, !bytes.isEmpty else { return }
    unsentBytes += bytes.count
    pending.append(bytes)
    writeNext()
  }

  private func writeNext() {
    guard !isWritePending, !isClosed, !pending.isEmpty else { return }
    isWritePending = true
    let bytes = pending.count == 1 ? pending[0] : Array(pending.joined())
    pending.removeAll()
    let request = Request(self, bytes) { channel, count, bytes in channel.didWrite(count, bytes) }
    // The request keeps the array alive; nobody changes it.
    request.bytes.withUnsafeBytes { raw in
      var from = uv_buf_init(
        UnsafeMutableRawPointer(mutating: raw.baseAddress)?.assumingMemoryBound(to: CChar.self),
        UInt32(raw.count))
      uv_fs_write(loop.pointer, request.memory, descriptor, &from, 1, -1, Request.callback)
    }
  }

  private func didWrite(_ count: Int, _ bytes: [UInt8]) {
    isWritePending = false
    guard !isClosed else { return reportClosed() }
    guard count >= 0 else { return fail(Int32(count), "write") }
    unsentBytes -= count
    if count < bytes.count { pending.insert(Array(bytes[count...]), at: 0) }
    if !isFinishing { delegate?.channelDidSend() }
    writeNext()
    closeIfFinished()
  }

  // MARK: Ending

  func finish() {
    isFinishing = true
    isReading = false
    closeIfFinished()
  }

  private func closeIfFinished() {
    if isFinishing, unsentBytes == 0 { close() }
  }

  func close() {
    guard !isClosed else { return }
    isClosed = true
    if !isReadPending, !isWritePending {
      loop.soon { [self] in reportClosed() }
    }
  }

  private func reportClosed() {
    guard !isReadPending, !isWritePending, !didReportClose else { return }
    didReportClose = true
    delegate?.channelDidClose()
  }

  private func fail(_ code: Int32, _ action: String) {
    guard !isClosed else { return }
    delegate?.channelDidFail(UVError(code, action))
    close()
  }
}
