internal import EventLoop

/// `HOST:PORT` as written: `127.0.0.1:7000`, `[::1]:7000`, `localhost:7000`, `:7000`, `7000`.
struct ListenAddress {
  let host: String
  let port: Int
  let isLoopback: Bool

  init(_ text: String) throws {
    var host = ""
    var portText = Substring(text)
    if let colon = text.lastIndex(of: ":") {
      host = String(text[..<colon])
      portText = text[text.index(after: colon)...]
    }
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    if host.isEmpty || host == "localhost" { host = "127.0.0.1" }
    guard let port = Int(portText), (0...65_535).contains(port) else {
      throw Failure("--listen \(text): a port from 0 to 65535 is expected, as in 127.0.0.1:7000")
    }
    self.host = host
    self.port = port
    do throws(UVError) {
      isLoopback = try SocketAddress(host: host, port: port).isLoopback
    } catch {
      throw Failure("--listen \(text): \(error)")
    }
  }
}
