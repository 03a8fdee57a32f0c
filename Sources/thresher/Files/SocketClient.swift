internal import Glibc
internal import JSON
internal import JSONRPC

/// A blocking client for one Unix socket: a request a line, its answer a line.
final class SocketClient {
  private let descriptor: Int32
  private let path: String
  private let parser = JSONParser()
  private var framer = MessageFramer(limits: Limits())
  private var chunk = [UInt8](repeating: 0, count: 256 << 10)
  private var nextID = 1

  /// - Throws: `Failure` with exit code 1 when nobody listens there.
  init(path: String) throws {
    self.path = path
    descriptor = try Self.open(path)
  }

  /// A descriptor of a connection to the daemon.
  /// - Throws: `Failure` with exit code 1 when nobody listens there.
  static func open(_ path: String) throws -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let size = MemoryLayout.size(ofValue: address.sun_path)
    guard path.utf8.count < size else {
      throw Failure("\(path): a socket path has \(size - 1) bytes")
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw Failure("\(path): \(systemError())") }
    let status = withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard status == 0 else {
      let reason = errno == ENOENT || errno == ECONNREFUSED ? "no daemon there" : systemError()
      close(descriptor)
      throw Failure("\(path): \(reason)", exitCode: 1)
    }
    signal(SIGPIPE, SIG_IGN)
    return descriptor
  }

  deinit { close(descriptor) }

  /// Sends one request and waits for its result. `params` writes one object.
  func call(_ method: String, _ params: (inout JSONWriter) -> Void) throws -> JSONValue {
    let id = nextID
    nextID += 1
    var writer = JSONWriter()
    writer.object { writer in
      writer.key("jsonrpc")
      writer.string("2.0")
      writer.key("id")
      writer.integer(id)
      writer.key("method")
      writer.string(method)
      writer.key("params")
      params(&writer)
    }
    try send(writer.take() + [0x0A])
    while true {
      let answer = try receive()
      guard answer["id"]?.integer == id || answer["id"]?.isNull == true else { continue }
      if let error = answer["error"] { throw RemoteError(error) }
      guard let result = answer["result"] else {
        throw Failure("\(path): an answer without result")
      }
      return result
    }
  }

  /// Waits until the daemon has closed the connection.
  func waitForEnd() { while (try? receive()) != nil {} }

  private func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR {
        try Interruption.check()
        continue
      }
      guard count > 0 else { throw Failure("\(path): \(systemError())") }
      sent += count
    }
  }

  private func receive() throws -> JSONValue {
    while true {
      switch framer.nextFrame() {
      case .message(let bytes)?:
        guard let document = try? parser.parse(bytes) else {
          throw Failure("\(path): the answer is not JSON")
        }
        return document.root
      case .garbage?, .hostile?: throw Failure("\(path): the answer is no message")
      case nil: break
      }
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR {
        try Interruption.check()
        continue
      }
      guard count > 0 else { throw Failure("\(path): the daemon closed the connection") }
      framer.append(chunk[..<count])
    }
  }
}

/// An error answer of a daemon.
struct RemoteError: Error {
  let message: String
  let kind: String

  init(_ value: JSONValue) {
    message = (try? value["message"]?.string()) ?? "an error without a message"
    kind = (try? value["data"]?["kind"]?.string()) ?? ""
  }
}
