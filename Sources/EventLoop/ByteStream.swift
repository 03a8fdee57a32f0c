internal import CLibuv

/// A libuv stream: a Unix socket, a TCP connection, a pipe or a terminal.
package final class ByteStream: ByteChannel, HandleOwner {
  package weak var delegate: (any ByteChannelDelegate)?
  private let loop: EventLoop
  private let handle: Handle
  package private(set) var unsentBytes = 0
  private var isReading = false
  private var isFinishing = false
  private var isClosed = false

  /// Takes over a handle that libuv has initialized.
  init(loop: EventLoop, handle: Handle) {
    self.loop = loop
    self.handle = handle
    handle.adopt(self)
  }

  /// The descriptor behind the stream; nil once it is closed.
  package var descriptor: Int32? {
    var descriptor: uv_os_fd_t = -1
    return uv_fileno(handle.base, &descriptor) == 0 ? descriptor : nil
  }

  // MARK: Reading

  package func startReading() {
    loop.preconditionOnLoop()
    guard !isReading, !isClosed else { return }
    isReading = true
    let status = uv_read_start(
      handle.stream,
      { handle, _, buffer in
        guard let handle, let buffer else { return }
        let memory = EventLoop.of(handle).readBuffer
        buffer.pointee = uv_buf_init(
          memory.baseAddress?.assumingMemoryBound(to: CChar.self), UInt32(memory.count))
      },
      { stream, count, buffer in
        guard let stream else { return }
        let owner: ByteStream = OwnerBox.owner(of: stream.pointee.data)
        owner.didRead(count, buffer?.pointee.base)
      })
    if status < 0 { fail(status, "read") }
  }

  package func stopReading() {
    guard isReading, !isClosed else { return }
    isReading = false
    uv_read_stop(handle.stream)
  }

  private func didRead(_ count: Int, _ base: UnsafeMutablePointer<CChar>?) {
    if count > 0 {
      delegate?.channel(didRead: UnsafeRawBufferPointer(start: base, count: count))
    } else if count == Int(UV_EOF.rawValue) {
      stopReading()
      delegate?.channelDidEnd()
    } else if count < 0 {
      fail(Int32(count), "read")
    }
  }

  // MARK: Writing

  package func write(_ bytes: [UInt8]) {
    loop.preconditionOnLoop()
    guard !isClosed, !isFinishing, !bytes.isEmpty else { return }
    var sent = 0
    if unsentBytes == 0 {
      // Most answers fit into the socket's buffer: no copy, no request, no callback.
      let status = bytes.withUnsafeBytes { raw -> Int32 in
        var buffer = uv_buf_init(
          UnsafeMutableRawPointer(mutating: raw.baseAddress)?.assumingMemoryBound(to: CChar.self),
          UInt32(truncatingIfNeeded: min(raw.count, Int(Int32.max))))
        return uv_try_write(handle.stream, &buffer, 1)
      }
      if status >= 0 {
        sent = Int(status)
      } else if status != UV_EAGAIN.rawValue {
        fail(status, "write")
        return
      }
    }
    if sent < bytes.count { queue(bytes, from: sent) }
  }

  /// One write that libuv holds; the bytes live until its callback.
  private final class PendingWrite {
    let stream: ByteStream
    let bytes: UnsafeMutableRawBufferPointer
    let request = UnsafeMutablePointer<uv_write_t>.allocate(capacity: 1)

    init(_ stream: ByteStream, _ tail: ArraySlice<UInt8>) {
      self.stream = stream
      bytes = .allocate(byteCount: tail.count, alignment: 1)
      bytes.copyBytes(from: tail)
    }

    deinit {
      bytes.deallocate()
      request.deallocate()
    }
  }

  private func queue(_ bytes: [UInt8], from start: Int) {
    let pending = PendingWrite(self, bytes[start...])
    unsentBytes += pending.bytes.count
    pending.request.pointee.data = Unmanaged.passRetained(pending).toOpaque()
    var buffer = uv_buf_init(
      pending.bytes.baseAddress?.assumingMemoryBound(to: CChar.self), UInt32(pending.bytes.count))
    let status = uv_write(pending.request, handle.stream, &buffer, 1) { request, status in
      guard let data = request?.pointee.data else { return }
      let pending = Unmanaged<PendingWrite>.fromOpaque(data).takeRetainedValue()
      pending.stream.didWrite(pending.bytes.count, status)
    }
    if status < 0 {
      Unmanaged.passUnretained(pending).release()
      fail(status, "write")
    }
  }

  private func didWrite(_ count: Int, _ status: Int32) {
    unsentBytes -= count
    guard status >= 0 else {
      if status != UV_ECANCELED.rawValue { fail(status, "write") }
      return
    }
    if !isFinishing { delegate?.channelDidSend() }
    closeIfFinished()
  }

  // MARK: Ending

  package func finish() {
    isFinishing = true
    stopReading()
    closeIfFinished()
  }

  private func closeIfFinished() {
    if isFinishing, unsentBytes == 0 { close() }
  }

  package func close() {
    guard !isClosed else { return }
    isClosed = true
    handle.close()
  }

  private func fail(_ code: Int32, _ action: String) {
    guard !isClosed else { return }
    delegate?.channelDidFail(UVError(code, action))
    close()
  }

  func handleDidClose() { delegate?.channelDidClose() }
}
