internal import Glibc
internal import JSON
internal import Synchronization
internal import Threads

/// Carries an editor's bytes to a daemon and back: standard streams on one side, its socket on the other.
enum Forwarder {
  private static let chunkSize = 256 << 10

  /// Runs until the daemon closes.
  /// - Returns: what the process is to end with: 0 after `shutdown` and `exit`, else 1.
  static func run(_ socket: Int32) -> Int32 {
    let heard = Heard()
    // One thread a direction, so that neither waits for the other.
    let upward = Thread {
      copy(from: STDIN_FILENO, to: socket) { bytes in heard.farewell.withLock { $0.hear(bytes) } }
      shutdown(socket, Int32(SHUT_WR))
    }
    copy(from: socket, to: STDOUT_FILENO) { _ in }
    // The other thread waits for input that nobody wants any more; it ends with the process.
    return withExtendedLifetime(upward) { heard.farewell.withLock { $0.isInOrder } ? 0 : 1 }
  }

  private final class Heard: Sendable {
    let farewell = Mutex(Farewell())
  }

  private static func copy(
    from source: Int32, to target: Int32, _ hear: (ArraySlice<UInt8>) -> Void
  ) {
    var chunk = [UInt8](repeating: 0, count: chunkSize)
    while true {
      let count = read(source, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      hear(chunk[..<count])
      guard send(chunk[..<count], to: target) else { return }
    }
  }

  private static func send(_ bytes: ArraySlice<UInt8>, to target: Int32) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(target, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}

/// Listens for `shutdown` and `exit` among an LSP client's messages, which are framed with headers.
/// Large ones are passed over.
struct Farewell {
  private static let messageBytesMaximum = 512

  private var header: [UInt8] = []
  /// Bytes of the body that are still to come; nil inside a header.
  private var left: Int?
  private var body: [UInt8] = []
  private var isSmall = false
  private var hasShutDown = false
  /// `shutdown` came, and `exit` after it.
  private(set) var isInOrder = false

  mutating func hear(_ bytes: ArraySlice<UInt8>) {
    var bytes = bytes
    while !bytes.isEmpty {
      guard let left else {
        bytes = hearHeader(bytes)
        continue
      }
      let part = bytes.prefix(left)
      if isSmall { body += part }
      bytes = bytes.dropFirst(part.count)
      self.left = left - part.count
      if self.left == 0 { endMessage() }
    }
  }

  private mutating func hearHeader(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    for (index, byte) in zip(bytes.indices, bytes) {
      header.append(byte)
      guard header.suffix(4) == [0x0D, 0x0A, 0x0D, 0x0A] else { continue }
      left = Self.length(header)
      isSmall = (left ?? 0) <= Self.messageBytesMaximum
      header = []
      return bytes[(index + 1)...]
    }
    return []
  }

  private static func length(_ header: [UInt8]) -> Int? {
    for line in String(decoding: header, as: UTF8.self).split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].lowercased() == "content-length" else { continue }
      return Int(parts[1].filter { $0 != " " })
    }
    return nil
  }

  private mutating func endMessage() {
    defer {
      left = nil
      body = []
    }
    guard isSmall, let message = try? JSONParser().parse(body).root,
      let method = try? message["method"]?.string()
    else { return }
    if method == "shutdown" { hasShutDown = true }
    if method == "exit" { isInOrder = hasShutDown }
  }
}
