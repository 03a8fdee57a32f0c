internal import CCrypto
internal import Curation
internal import Glibc

/// Reads the files that settings name, packed with gzip or zstd or not. Their digest is that of the file
/// as it lies there.
struct DiskFiles: FileReading {
  func stamp(of path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return
      "\(status.st_dev) \(status.st_ino) \(status.st_size) "
      + "\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) "
      + "\(status.st_ctim.tv_sec).\(status.st_ctim.tv_nsec)"
  }

  func read(
    _ path: String, bytesMaximum: Int
  ) throws(FileProblem) -> (bytes: [UInt8], digest: FileDigest) {
    // A pipe or a device would hold up the daemon, or never end.
    var status = stat()
    guard stat(path, &status) == 0 else { throw FileProblem(systemError()) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw FileProblem("not a regular file") }
    guard status.st_size <= bytesMaximum else {
      throw FileProblem("\(status.st_size) bytes; at most \(bytesMaximum) are read")
    }
    let (bytes, plain): ([UInt8], [UInt8])
    do {
      bytes = try WholeFile.read(path, bytesMaximum: bytesMaximum)
      plain = try Decompressors.plain(bytes, path, bytesMaximum: bytesMaximum)
    } catch let failure as Failure {
      // The path is told by who asked.
      throw FileProblem(String(failure.message.dropFirst("\(path): ".count)))
    } catch {
      throw FileProblem("\(error)")
    }
    return (plain, try Self.digest(of: bytes))
  }

  private static func digest(of bytes: [UInt8]) throws(FileProblem) -> FileDigest {
    var digest = [UInt8](repeating: 0, count: FileDigest.byteCount)
    guard EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil) == 1 else {
      throw FileProblem("libcrypto has no SHA-256")
    }
    return FileDigest(bytes: digest)
  }

  // MARK: Folders

  static var workingFolder: String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
  }

  /// The same file, named from the root.
  static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : "\(workingFolder)/\(path)"
  }

  /// The absolute path of the folder that a file lies in.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return workingFolder }
    let folder = String(path[..<slash])
    return path.hasPrefix("/") ? folder : "\(workingFolder)/\(folder)"
  }
}
