internal import Glibc

/// Where the daemon's socket is, and that nobody else can get at it.
enum SocketPath {
  /// `$THRESHER_SOCKET`, else below `$XDG_RUNTIME_DIR`, else in a directory of the user's own below
  /// the temporary directory. Shells that disagree about the last two are told apart by
  /// `thresher status`, which prints the path.
  static var standard: String {
    if let path = environment("THRESHER_SOCKET") { return path }
    // The basedir specification: a relative path is to be ignored.
    if let runtime = environment("XDG_RUNTIME_DIR"), runtime.hasPrefix("/") {
      return "\(runtime)/thresher/thresher.sock"
    }
    return "\(environment("TMPDIR") ?? "/tmp")/thresher-\(geteuid())/thresher.sock"
  }

  /// Makes the socket's directory (0700) where it is missing. One that is ours by name must also be
  /// ours by owner and closed to others; one that the user chose is left as it is.
  static func prepareDirectory(of path: String, isStandard: Bool) throws {
    let directory = parent(of: path)
    var isNew = mkdir(directory, 0o700) == 0
    if !isNew, errno == ENOENT {
      // $XDG_RUNTIME_DIR itself is not ours to make.
      isNew = !isStandard && mkdirs(directory)
    }
    var status = stat()
    guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw Failure("\(directory): \(systemError())")
    }
    guard isStandard else { return }
    guard status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else {
      throw Failure(
        "\(directory) must belong to you and be closed to others (chmod 700), or name another "
          + "place with --socket")
    }
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func mkdirs(_ directory: String) -> Bool {
    if mkdir(directory, 0o700) == 0 || errno == EEXIST { return true }
    guard errno == ENOENT, directory.contains("/") else { return false }
    return mkdirs(parent(of: directory)) && mkdir(directory, 0o700) == 0
  }

  /// Holds `PATH.lock` for the life of the process, so that a socket left by a daemon that died can
  /// be told from one in use, and two that start at once cannot both win.
  static func lock(_ path: String) throws {
    let lockPath = path + ".lock"
    let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Failure("\(lockPath): \(systemError())") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw Failure("another daemon serves \(path); see \"thresher status --socket \(path)\"")
    }
    // Deliberately left open: the lock ends with the process, however that ends.
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw Failure("\(path) is there already and is no socket")
    }
    unlink(path)
  }
}
