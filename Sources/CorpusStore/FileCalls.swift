internal import Glibc

/// The calls on files that a state makes besides SQLite's own: one seam, so that tests can make any of
/// them fail.
package struct FileCalls: Sendable {
  /// Called before each with its name; an error number makes it fail.
  package var willCall: @Sendable (_ name: String) -> Int32?

  package init(willCall: @escaping @Sendable (String) -> Int32? = { _ in nil }) {
    self.willCall = willCall
  }

  private func check(_ name: String, _ path: String, _ status: () -> Int32) throws(StoreProblem) {
    let number: Int32
    if let injected = willCall(name) {
      number = injected
    } else if status() >= 0 {
      return
    } else {
      number = errno
    }
    throw StoreProblem(
      number == ENOSPC || number == EDQUOT ? .full : .failed,
      "\(path): \(name): \(String(cString: strerror(number)))")
  }

  func rename(_ path: String, to other: String) throws(StoreProblem) {
    try check("rename", path) { Glibc.rename(path, other) }
  }

  /// One that is not there is gone already.
  func unlink(_ path: String) throws(StoreProblem) {
    try check("unlink", path) { Glibc.unlink(path) == 0 || errno == ENOENT ? 0 : -1 }
  }

  func makeDirectory(_ path: String) throws(StoreProblem) {
    try check("mkdir", path) { mkdir(path, 0o700) == 0 || errno == EEXIST ? 0 : -1 }
  }

  /// Makes a file, or the names in a directory, outlive a loss of power.
  func sync(_ path: String) throws(StoreProblem) {
    try check("fsync", path) {
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return -1 }
      defer { close(descriptor) }
      return fsync(descriptor)
    }
  }

  func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Bytes of a file; 0 where there is none.
  func size(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  func names(in directory: String) throws(StoreProblem) -> [String] {
    var names: [String] = []
    try check("opendir", directory) {
      guard let stream = opendir(directory) else { return -1 }
      defer { closedir(stream) }
      while let entry = readdir(stream) {
        names.append(
          withUnsafeBytes(of: entry.pointee.d_name) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
          })
      }
      return 0
    }
    return names.sorted()
  }
}
