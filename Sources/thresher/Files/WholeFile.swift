internal import Glibc

/// The system's word for what went wrong last.
func systemError(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }

/// Small files that are read as a whole.
enum WholeFile {
  static func read(_ path: String, bytesMaximum: Int = 16 << 20) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure("\(path): \(systemError())") }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Failure("\(path): \(systemError())") }
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk[..<count])
      guard bytes.count <= bytesMaximum else {
        throw Failure("\(path): more than \(bytesMaximum) bytes")
      }
    }
  }
}
