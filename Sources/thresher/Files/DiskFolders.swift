internal import EditorService
internal import Glibc

/// Lists the workspace's folders.
struct DiskFolders: FolderReading {
  /// Folders inside each other; a deeper tree is a loop of mounts, or nobody's data.
  private static let depthMaximum = 32

  func files(below folder: String, ending suffix: String) -> [String] {
    var found: [String] = []
    Self.collect(folder, suffix, depth: 0, &found)
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func collect(
    _ folder: String, _ suffix: String, depth: Int, _ found: inout [String]
  ) {
    guard depth < depthMaximum, let stream = opendir(folder) else { return }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard !name.hasPrefix(".") else { continue }
      let path = folder == "/" ? "/\(name)" : "\(folder)/\(name)"
      var status = stat()
      guard lstat(path, &status) == 0 else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFDIR: collect(path, suffix, depth: depth + 1, &found)
      case S_IFREG where name.hasSuffix(suffix): found.append(path)
      default: break
      }
    }
  }

  /// Where this program lies.
  static var programPath: String {
    var buffer = [CChar](repeating: 0, count: 4_096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    guard count > 0 else { return "/" }
    return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  static func url(of path: String) -> String { FileURI.uri(of: path) }
}
