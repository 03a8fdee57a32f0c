import EventLoop
import Foundation
import Testing

/// Counts what happens to a channel.
final class Recorder: ByteChannelDelegate {
  var received: [UInt8] = []
  var hasEnded = false
  var isClosed = false
  var failure: UVError?
  var onEnd: () -> Void = {}
  var onRead: () -> Void = {}
  var onClose: () -> Void = {}

  func channel(didRead bytes: UnsafeRawBufferPointer) {
    received.append(contentsOf: bytes)
    onRead()
  }
  func channelDidEnd() {
    hasEnded = true
    onEnd()
  }
  func channelDidSend() {}
  func channelDidFail(_ error: UVError) { failure = error }
  func channelDidClose() {
    isClosed = true
    onClose()
  }
}

/// A connected Unix socket made by hand, for the other end.
func connect(_ path: String) -> Int32 {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
  let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
  let status = withUnsafePointer(to: address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
  precondition(status == 0, "connect: \(String(cString: strerror(errno)))")
  return descriptor
}

// A loop belongs to its thread; each test runs its own loop on one.
@Suite(.serialized) struct EventLoopTests {
  static func path(_ name: String) -> String {
    "\(NSTemporaryDirectory())thresher-test-\(getpid())-\(name).sock"
  }

  @Test func `bytes written at once arrive in order, however much they are`() throws {
    let loop = try EventLoop()
    let path = Self.path("order")
    var accepted: ByteStream?
    let recorder = Recorder()
    let listener = try Listener(loop: loop, path: path) { stream in
      accepted = stream
      stream.delegate = recorder
      for piece in 0..<64 { stream.write([UInt8](repeating: UInt8(piece), count: 100_000)) }
      stream.finish()
    }
    recorder.onClose = {
      listener.close()
      loop.stop()
    }
    let peer = connect(path)
    let reader = Thread {
      var total: [UInt8] = []
      var chunk = [UInt8](repeating: 0, count: 7_001)
      while true {
        let count = read(peer, &chunk, chunk.count)
        if count <= 0 { break }
        total.append(contentsOf: chunk[..<count])
        if total.count % 5 == 0 { usleep(100) }
      }
      let expected = (0..<64).flatMap { [UInt8](repeating: UInt8($0), count: 100_000) }
      #expect(total == expected)
      close(peer)
    }
    reader.start()
    loop.run()
    while !reader.isFinished { usleep(1_000) }
    #expect(accepted?.unsentBytes == 0)
  }

  @Test func `what is sent is read, and the end of it is told`() throws {
    let loop = try EventLoop()
    let path = Self.path("read")
    let recorder = Recorder()
    var stream: ByteStream?
    let listener = try Listener(loop: loop, path: path) { accepted in
      stream = accepted
      #expect(accepted.peerUserID == geteuid())
      accepted.delegate = recorder
      accepted.startReading()
    }
    recorder.onEnd = { stream?.finish() }
    recorder.onClose = {
      listener.close()
      loop.stop()
    }
    let peer = connect(path)
    #expect(write(peer, "hello", 5) == 5)
    shutdown(peer, Int32(SHUT_WR))
    loop.run()
    #expect(recorder.received == Array("hello".utf8))
    #expect(recorder.hasEnded && recorder.isClosed)
    close(peer)
  }

  @Test func `a peer that goes away in the middle of a write is an error, not the end`() throws {
    let loop = try EventLoop()
    let path = Self.path("pipe")
    let recorder = Recorder()
    let listener = try Listener(loop: loop, path: path) { accepted in
      accepted.delegate = recorder
      for _ in 0..<100 { accepted.write([UInt8](repeating: 1, count: 100_000)) }
    }
    recorder.onClose = {
      listener.close()
      loop.stop()
    }
    let peer = connect(path)
    let closer = Thread {
      usleep(20_000)
      close(peer)
    }
    closer.start()
    loop.run()
    #expect(recorder.failure != nil)
  }

  @Test func `a socket path that fits is served and one byte more is an error`() throws {
    let loop = try EventLoop()
    let folder = "/tmp/"
    let longest = folder + String(repeating: "p", count: Listener.pathBytesMaximum - folder.count)
    unlink(longest)
    let listener = try Listener(loop: loop, path: longest) { _ in }
    #expect(access(longest, F_OK) == 0)
    var status = stat()
    stat(longest, &status)
    #expect(status.st_mode & 0o777 == 0o600)
    listener.close()
    #expect(throws: UVError.self) { _ = try Listener(loop: loop, path: longest + "p") { _ in } }
    loop.soon { loop.stop() }
    loop.run()
    #expect(access(longest, F_OK) != 0)
  }

  @Test func `TCP listens where it was told and says on which port`() throws {
    let loop = try EventLoop()
    let listener = try Listener(loop: loop, host: "127.0.0.1", port: 0) { _ in }
    #expect((listener.port ?? 0) > 0)
    #expect(throws: UVError.self) {
      _ = try Listener(loop: loop, host: "127.0.0.1", port: listener.port ?? 0) { _ in }
    }
    #expect(throws: UVError.self) { _ = try SocketAddress(host: "nonsense", port: 1) }
    #expect(try SocketAddress(host: "::1", port: 1).isLoopback)
    #expect(try SocketAddress(host: "127.9.9.9", port: 1).isLoopback)
    #expect(try !SocketAddress(host: "0.0.0.0", port: 1).isLoopback)
    listener.close()
    loop.soon { loop.stop() }
    loop.run()
  }

  @Test func `standard streams may be files and pipes`() throws {
    let loop = try EventLoop()
    let input = NSTemporaryDirectory() + "thresher-in-\(getpid())"
    let output = NSTemporaryDirectory() + "thresher-out-\(getpid())"
    let text = String(repeating: "a line\n", count: 30_000)
    try text.write(toFile: input, atomically: true, encoding: .utf8)
    let read = open(input, O_RDONLY)
    let write = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    let streams = try StandardStreams(loop: loop, input: read, output: write)
    let recorder = Recorder()
    streams.delegate = recorder
    recorder.onEnd = {
      streams.write(recorder.received)
      streams.write(Array("end\n".utf8))
      streams.finish()
    }
    recorder.onClose = { loop.stop() }
    streams.startReading()
    loop.run()
    #expect(try String(contentsOfFile: output, encoding: .utf8) == text + "end\n")
    unlink(input)
    unlink(output)
  }

  @Test func `a wake-up from another thread is heard`() throws {
    let loop = try EventLoop()
    var heard = 0
    var wakeup: Wakeup?
    wakeup = try Wakeup(loop: loop) {
      heard += 1
      wakeup?.cancel()
      loop.stop()
    }
    let poster = try #require(wakeup).poster
    Thread { for _ in 0..<5 { poster.post() } }.start()
    loop.run()
    #expect(heard == 1)
  }

  @Test func `every job given to the workers comes back once, on the loop`() throws {
    let loop = try EventLoop()
    var results: [Int: Int] = [:]
    var pool: WorkerPool?
    pool = try WorkerPool(loop: loop, count: 3) { tag, result in
      loop.preconditionOnLoop()
      #expect(results[tag] == nil)
      results[tag] = result as? Int
      if results.count == 5_000 {
        pool?.end()
        loop.stop()
      }
    }
    #expect(pool?.count == 3)
    for tag in 0..<5_000 { pool?.run({ tag * tag }, tag: tag) }
    loop.run()
    #expect((0..<5_000).allSatisfy { results[$0] == $0 * $0 })
  }

  @Test func `workers end without their jobs having been done`() throws {
    let loop = try EventLoop()
    let pool = try WorkerPool(loop: loop, count: 2) { _, _ in }
    for tag in 0..<1_000 {
      pool.run(
        {
          usleep(1_000)
          return 0
        }, tag: tag)
    }
    pool.end()
  }

  @Test func `the loop knows how long its turns were`() throws {
    let loop = try EventLoop()
    loop.soon {
      usleep(30_000)
      loop.soon { loop.soon { loop.stop() } }
    }
    loop.run()
    #expect(loop.turns.count >= 2)
    #expect(loop.turns.longestSeconds >= 0.03)
  }

  @Test func `a timer fires again and again, and a signal is heard`() throws {
    let loop = try EventLoop()
    var ticks = 0
    var timer: RepeatingTimer?
    let source = try SignalSource(loop: loop, signal: SIGUSR1) {
      timer?.cancel()
      loop.stop()
    }
    timer = RepeatingTimer(loop: loop, everySeconds: 0.005) {
      ticks += 1
      if ticks == 3 { kill(getpid(), SIGUSR1) }
    }
    loop.run()
    #expect(ticks >= 3)
    source.cancel()
  }

  @Test func `deferred work runs after other events, once each`() throws {
    let loop = try EventLoop()
    var order: [Int] = []
    loop.soon {
      order.append(1)
      loop.soon {
        order.append(3)
        loop.stop()
      }
    }
    loop.soon { order.append(2) }
    loop.run()
    #expect(order == [1, 2, 3])
  }
}
