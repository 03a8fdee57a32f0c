package import EventLoop
package import JSONRPC

/// One peer's byte stream with what keeps it in bounds: marks on unsent bytes, and the time since
/// the peer last took any.
///
/// Knows nothing of messages: bytes go up as they come, answers come down framed.
package final class Connection: ByteChannelDelegate {
  package enum Event {
    case received(UnsafeRawBufferPointer)
    case ended
    case blocked
    case drained
    case failed(UVError)
    case closed
  }

  private let channel: any ByteChannel
  private let limits: Limits
  private let handle: (Connection, Event) -> Void
  private var isBlocked = false
  private var isPausedByServer = false
  private var isEnding = false
  /// When the peer last took bytes, or had none to take.
  private var lastProgress: Double

  package init(
    _ channel: any ByteChannel, limits: Limits, now: Double,
    handle: @escaping (Connection, Event) -> Void
  ) {
    self.channel = channel
    self.limits = limits
    self.handle = handle
    lastProgress = now
    channel.delegate = self
  }

  package func start() { channel.startReading() }

  package func send(_ bytes: [UInt8], now: Double) {
    if channel.unsentBytes == 0 { lastProgress = now }
    channel.write(bytes)
    if !isBlocked, channel.unsentBytes > limits.unsentBytes {
      isBlocked = true
      channel.stopReading()
      handle(self, .blocked)
    }
  }

  package func pauseReading() {
    isPausedByServer = true
    channel.stopReading()
  }

  package func resumeReading() {
    isPausedByServer = false
    if !isBlocked, !isEnding { channel.startReading() }
  }

  /// Closes after everything sent is written.
  package func finish() {
    isEnding = true
    channel.finish()
  }

  /// Closes at once.
  package func cut() { channel.close() }

  /// Seconds for which the peer has left answers unread; 0 if it has none to read.
  package func unreadSeconds(now: Double) -> Double {
    channel.unsentBytes == 0 ? 0 : now - lastProgress
  }

  /// The clock of `unreadSeconds`, told by whoever has one.
  private var progressed = false
  package func noteProgress(now: Double) {
    if progressed { lastProgress = now }
    progressed = false
  }

  // MARK: ByteChannelDelegate

  package func channel(didRead bytes: UnsafeRawBufferPointer) { handle(self, .received(bytes)) }

  package func channelDidEnd() { handle(self, .ended) }

  package func channelDidSend() {
    progressed = true
    guard isBlocked, channel.unsentBytes <= limits.unsentBytes / 4 else { return }
    isBlocked = false
    if !isPausedByServer, !isEnding { channel.startReading() }
    handle(self, .drained)
  }

  package func channelDidFail(_ error: UVError) { handle(self, .failed(error)) }

  package func channelDidClose() { handle(self, .closed) }
}
