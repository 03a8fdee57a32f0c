internal import CLibuv

/// Standard input and output as one channel; each may be a pipe, a socket, a terminal or a file.
package final class StandardStreams: ByteChannel {
  package weak var delegate: (any ByteChannelDelegate)?
  private let input: any ByteChannel
  private let output: any ByteChannel
  private var openCount = 2
  private let inputDelegate: Half
  private let outputDelegate: Half

  package init(loop: EventLoop, input: Int32 = 0, output: Int32 = 1) throws(UVError) {
    self.input = try Self.open(loop, input, isInput: true)
    self.output = try Self.open(loop, output, isInput: false)
    inputDelegate = Half(isInput: true)
    outputDelegate = Half(isInput: false)
    inputDelegate.whole = self
    outputDelegate.whole = self
    self.input.delegate = inputDelegate
    self.output.delegate = outputDelegate
  }

  private static func open(
    _ loop: EventLoop, _ descriptor: Int32, isInput: Bool
  ) throws(UVError) -> any ByteChannel {
    let action = "open standard \(isInput ? "input" : "output")"
    let type = uv_guess_handle(descriptor)
    let handle: Handle
    let status: Int32
    switch type {
    case UV_TTY:
      handle = Handle(UV_TTY)
      status = uv_tty_init(loop.pointer, handle.bound(to: uv_tty_t.self), descriptor, 0)
    case UV_NAMED_PIPE:
      handle = Handle(UV_NAMED_PIPE)
      uv_pipe_init(loop.pointer, handle.bound(to: uv_pipe_t.self), 0)
      status = uv_pipe_open(handle.bound(to: uv_pipe_t.self), descriptor)
    case UV_TCP:
      handle = Handle(UV_TCP)
      uv_tcp_init(loop.pointer, handle.bound(to: uv_tcp_t.self))
      status = uv_tcp_open(handle.bound(to: uv_tcp_t.self), uv_os_sock_t(descriptor))
    case UV_FILE:
      return FileChannel(loop: loop, descriptor: descriptor)
    default:
      throw UVError(UV_EBADF.rawValue, action)
    }
    let stream = ByteStream(loop: loop, handle: handle)
    if status < 0 {
      stream.close()
      throw UVError(status, action)
    }
    return stream
  }

  package func startReading() { input.startReading() }
  package func stopReading() { input.stopReading() }
  package func write(_ bytes: [UInt8]) { output.write(bytes) }
  package var unsentBytes: Int { output.unsentBytes }

  package func finish() {
    input.close()
    output.finish()
  }

  package func close() {
    input.close()
    output.close()
  }

  /// Listens to one of the two.
  private final class Half: ByteChannelDelegate {
    weak var whole: StandardStreams?
    let isInput: Bool
    init(isInput: Bool) { self.isInput = isInput }

    func channel(didRead bytes: UnsafeRawBufferPointer) {
      whole?.delegate?.channel(didRead: bytes)
    }
    func channelDidEnd() { if isInput { whole?.delegate?.channelDidEnd() } }
    func channelDidSend() { whole?.delegate?.channelDidSend() }
    func channelDidFail(_ error: UVError) {
      whole?.delegate?.channelDidFail(error)
      whole?.close()
    }
    func channelDidClose() {
      guard let whole else { return }
      whole.openCount -= 1
      if whole.openCount == 0 { whole.delegate?.channelDidClose() }
    }
  }
}
