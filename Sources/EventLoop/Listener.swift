internal import CLibuv
internal import CSystem
internal import Glibc

/// Accepts connections on a Unix socket or a TCP port.
package final class Listener: HandleOwner {
  /// Bytes of a socket path that the system can hold: `sun_path` without its end.
  package static let pathBytesMaximum = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

  /// Connections that the system holds for us before they are accepted.
  package static let backlog = 511

  private let loop: EventLoop
  private let handle: Handle
  private let isPipe: Bool
  private let accept: (ByteStream) -> Void
  private var isClosed = false

  /// Listens on a Unix socket, made for its owner only.
  /// libuv 1.44 cuts a path that is too long without a word; here it is an error.
  package convenience init(
    loop: EventLoop, path: String, accept: @escaping (ByteStream) -> Void
  ) throws(UVError) {
    let action = "listen on \(path)"
    guard path.utf8.count <= Self.pathBytesMaximum else {
      throw UVError(
        UV_ENAMETOOLONG.rawValue,
        "\(action) (\(path.utf8.count) bytes, a socket path may have \(Self.pathBytesMaximum))")
    }
    try self.init(loop: loop, type: UV_NAMED_PIPE, action: action, accept: accept) { handle in
      let status = uv_pipe_init(loop.pointer, handle.bound(to: uv_pipe_t.self), 0)
      if status < 0 { return status }
      // The mode is set before anyone can connect.
      let mask = umask(0o177)
      defer { umask(mask) }
      return uv_pipe_bind(handle.bound(to: uv_pipe_t.self), path)
    }
  }

  /// Listens on a numeric address; port 0 lets the system choose (see `port`).
  package convenience init(
    loop: EventLoop, host: String, port: Int, accept: @escaping (ByteStream) -> Void
  ) throws(UVError) {
    let address = try SocketAddress(host: host, port: port)
    try self.init(
      loop: loop, type: UV_TCP, action: "listen on \(host):\(port)", accept: accept
    ) { handle in
      let status = uv_tcp_init(loop.pointer, handle.bound(to: uv_tcp_t.self))
      if status < 0 { return status }
      return address.withPointer { uv_tcp_bind(handle.bound(to: uv_tcp_t.self), $0, 0) }
    }
  }

  private init(
    loop: EventLoop, type: uv_handle_type, action: String,
    accept: @escaping (ByteStream) -> Void, bind: (Handle) -> Int32
  ) throws(UVError) {
    self.loop = loop
    self.accept = accept
    isPipe = type == UV_NAMED_PIPE
    handle = Handle(type)
    let status = bind(handle)
    handle.adopt(self)
    guard status >= 0 else {
      close()
      throw UVError(status, action)
    }
    let listening = uv_listen(handle.stream, Int32(Self.backlog)) { stream, status in
      guard let stream, status >= 0 else { return }
      let owner: Listener = OwnerBox.owner(of: stream.pointee.data)
      owner.didConnect()
    }
    guard listening >= 0 else {
      close()
      throw UVError(listening, action)
    }
  }

  private func didConnect() {
    let client = Handle(isPipe ? UV_NAMED_PIPE : UV_TCP)
    if isPipe {
      uv_pipe_init(loop.pointer, client.bound(to: uv_pipe_t.self), 0)
    } else {
      uv_tcp_init(loop.pointer, client.bound(to: uv_tcp_t.self))
      uv_tcp_nodelay(client.bound(to: uv_tcp_t.self), 1)
    }
    let stream = ByteStream(loop: loop, handle: client)
    guard uv_accept(handle.stream, client.stream) == 0 else {
      stream.close()
      return
    }
    accept(stream)
  }

  /// The TCP port that was bound.
  package var port: Int? {
    guard !isPipe else { return nil }
    var storage = sockaddr_storage()
    var size = Int32(MemoryLayout<sockaddr_storage>.size)
    let status = withUnsafeMutableBytes(of: &storage) {
      uv_tcp_getsockname(
        handle.bound(to: uv_tcp_t.self), $0.baseAddress?.assumingMemoryBound(to: sockaddr.self),
        &size)
    }
    guard status == 0 else { return nil }
    // The port stands at the same place for both families.
    return withUnsafeBytes(of: storage) { Int($0[2]) << 8 | Int($0[3]) }
  }

  /// Stops listening; a Unix socket's path is removed.
  package func close() {
    guard !isClosed else { return }
    isClosed = true
    handle.close()
  }

  func handleDidClose() {}
}

extension ByteStream {
  /// The uid of the process at the other end of a Unix socket, as the kernel attests it.
  package var peerUserID: UInt32? {
    guard let descriptor else { return nil }
    let uid = thresher_peer_uid(descriptor)
    return uid < 0 ? nil : UInt32(uid)
  }
}
