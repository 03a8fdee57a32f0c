internal import Glibc

/// What a TCP peer must show.
enum Token {
  /// `THRESHER_TOKEN`, or the first line of a file that only its owner can read.
  static func find(file: String?) throws -> String? {
    guard let file else { return environment("THRESHER_TOKEN") }
    var status = stat()
    guard stat(file, &status) == 0 else { throw Failure("\(file): \(systemError())") }
    guard status.st_mode & 0o077 == 0, status.st_uid == geteuid() else {
      throw Failure("\(file) holds the token: it must be yours and closed to others (chmod 600)")
    }
    let line = try WholeFile.read(file, bytesMaximum: 64 << 10).prefix { $0 != 0x0A && $0 != 0x0D }
    guard !line.isEmpty else { throw Failure("\(file) is empty, a token is expected") }
    return String(decoding: line, as: UTF8.self)
  }
}
