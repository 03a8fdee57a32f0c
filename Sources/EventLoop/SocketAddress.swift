internal import CLibuv

/// A numeric IPv4 or IPv6 address with a port.
package struct SocketAddress {
  private var storage = sockaddr_storage()

  package init(host: String, port: Int) throws(UVError) {
    guard (0...65_535).contains(port) else {
      throw UVError(UV_EINVAL.rawValue, "read the port \(port)")
    }
    let status = withUnsafeMutableBytes(of: &storage) { raw -> Int32 in
      guard let base = raw.baseAddress else { return UV_EINVAL.rawValue }
      let four = uv_ip4_addr(host, Int32(port), base.assumingMemoryBound(to: sockaddr_in.self))
      if four == 0 { return 0 }
      return uv_ip6_addr(host, Int32(port), base.assumingMemoryBound(to: sockaddr_in6.self))
    }
    try UVError.check(status, "read the address \(host)")
  }

  package var isLoopback: Bool {
    withUnsafeBytes(of: storage) { raw in
      if Int32(storage.ss_family) == AF_INET { return raw[4] == 127 }
      return raw[8..<23].allSatisfy { $0 == 0 } && raw[23] == 1
    }
  }

  func withPointer<R>(_ body: (UnsafePointer<sockaddr>) -> R) -> R {
    withUnsafeBytes(of: storage) { raw in
      guard let base = raw.baseAddress else { preconditionFailure("an empty address") }
      return body(base.assumingMemoryBound(to: sockaddr.self))
    }
  }
}
