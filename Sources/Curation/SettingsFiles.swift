package import JSON

/// Reads files for those who do no I/O themselves; the executable has the real one.
package protocol FileReading: Sendable {
  /// Something that changes when the file does, told without reading it (device, inode, size,
  /// time of change); nil if it cannot be told.
  func stamp(of path: String) -> String?
  /// All bytes and their SHA-256.
  func read(
    _ path: String, bytesMaximum: Int
  ) throws(FileProblem) -> (bytes: [UInt8], digest: FileDigest)
}

/// The files that settings name: reads them, knows them by content, and keeps what was made of the
/// latest, so that settings given with each request load nothing twice.
///
/// Belongs to one thread; what it hands out may go to any.
package final class SettingsFiles {
  /// Values that are kept though no corpus has them.
  package static let keptMaximum = 8

  private struct Key: Hashable {
    let kind: String
    let digest: FileDigest
  }

  fileprivate let reader: any FileReading
  /// The latest last.
  private var kept: [(key: Key, value: any Sendable)] = []
  private var digests: [String: (stamp: String, digest: FileDigest)] = [:]

  package init(_ reader: any FileReading) { self.reader = reader }

  /// The file at an absolute path.
  ///
  /// - Parameter expected: the digest that it must have; nil takes any.
  /// - Complexity: that of `kind.load` for content not seen lately; else one look at the file's
  ///   attributes.
  package func load<Value>(
    _ kind: FileKind<Value>, _ path: String, expected: FileDigest? = nil, at pointer: JSONPointer
  ) throws(InputError) -> NamedFile<Value> {
    do throws(FileProblem) {
      let stamp = reader.stamp(of: path)
      if let stamp, let known = digests[path], known.stamp == stamp,
        let value = take(kind, known.digest)
      {
        try Self.check(known.digest, expected)
        return NamedFile(path: path, digest: known.digest, value: value)
      }
      let (bytes, digest) = try reader.read(path, bytesMaximum: kind.bytesMaximum)
      try Self.check(digest, expected)
      let value: Value
      if let known = take(kind, digest) { value = known } else { value = try kind.load(bytes) }
      keep(kind, digest, value)
      if digests.count >= 64 { digests.removeAll() }
      if let stamp { digests[path] = (stamp, digest) }
      return NamedFile(path: path, digest: digest, value: value)
    } catch {
      throw InputError(.invalidSettings, "\(kind.name) \(path): \(error.message)", at: pointer)
    }
  }

  fileprivate static func check(
    _ digest: FileDigest, _ expected: FileDigest?
  ) throws(FileProblem) {
    guard let expected, expected != digest else { return }
    throw FileProblem("its SHA-256 is \(digest), not \(expected)")
  }

  /// What is kept under the digest, which becomes the latest.
  private func take<Value>(_ kind: FileKind<Value>, _ digest: FileDigest) -> Value? {
    let key = Key(kind: kind.name, digest: digest)
    guard let index = kept.firstIndex(where: { $0.key == key }) else { return nil }
    let found = kept.remove(at: index)
    kept.append(found)
    return found.value as? Value
  }

  private func keep<Value: Sendable>(
    _ kind: FileKind<Value>, _ digest: FileDigest, _ value: Value
  ) {
    let key = Key(kind: kind.name, digest: digest)
    kept.removeAll { $0.key == key }
    kept.append((key, value))
    if kept.count > Self.keptMaximum { kept.removeFirst() }
  }
}

/// Who may name files in settings, and how their paths are read.
package enum FileAccess {
  /// Paths are absolute.
  case absolute(SettingsFiles)
  /// The same, and others start from this folder, itself absolute.
  case relative(SettingsFiles, to: String)
  /// Nobody may; the text says why.
  case refused(String)

  /// What loads the named file once, on any thread, and keeps nothing of it: for files that are taken
  /// in and not asked for again.
  package func loader<Value>(
    _ kind: FileKind<Value>, _ value: JSONValue, at pointer: JSONPointer
  ) throws(InputError) -> @Sendable () -> Result<Value, InputError> {
    let (files, path, expected) = try resolved(kind.name, value, at: pointer)
    let reader = files.reader
    return {
      do throws(FileProblem) {
        let (bytes, digest) = try reader.read(path, bytesMaximum: kind.bytesMaximum)
        try SettingsFiles.check(digest, expected)
        return .success(try kind.load(bytes))
      } catch {
        return .failure(
          InputError(.invalidSettings, "\(kind.name) \(path): \(error.message)", at: pointer))
      }
    }
  }

  /// Loads the file that a setting names: its path, or `{"path", "sha256"}` as settings are
  /// written.
  func load<Value>(
    _ kind: FileKind<Value>, _ value: JSONValue, at pointer: JSONPointer
  ) throws(InputError) -> NamedFile<Value> {
    let (files, path, expected) = try resolved(kind.name, value, at: pointer)
    return try files.load(kind, path, expected: expected, at: pointer)
  }

  private func resolved(
    _ name: String, _ value: JSONValue, at pointer: JSONPointer
  ) throws(InputError) -> (files: SettingsFiles, path: String, expected: FileDigest?) {
    let (path, expected) = try Self.named(name, value, at: pointer)
    switch self {
    case .refused(let reason):
      throw InputError(.invalidSettings, "\(name): \(reason)", at: pointer)
    case .absolute(let files):
      guard path.hasPrefix("/") else {
        throw InputError(
          .invalidSettings, "\(name): the path \"\(path)\" is not absolute", at: pointer)
      }
      return (files, path, expected)
    case .relative(let files, let folder):
      return (files, path.hasPrefix("/") ? path : "\(folder)/\(path)", expected)
    }
  }

  private static func named(
    _ name: String, _ value: JSONValue, at pointer: JSONPointer
  ) throws(InputError) -> (path: String, digest: FileDigest?) {
    var path: String?
    var digest: FileDigest?
    if value.kind == .string {
      path = try? value.string()
    } else if value.kind == .object {
      for member in value.members {
        let place = pointer.appending(member.name)
        switch member.name {
        case "path": path = try? member.value.string()
        case "sha256":
          digest = ((try? member.value.string()) ?? nil).flatMap {
            FileDigest(hexadecimal: $0)
          }
          guard digest != nil else {
            throw InputError(.invalidSettings, "64 hexadecimal digits are expected", at: place)
          }
        default:
          throw InputError(.invalidSettings, "\"\(member.name)\" is no part of a file", at: place)
        }
      }
    }
    guard let path, !path.isEmpty, !path.utf8.contains(0) else {
      throw InputError(
        .invalidSettings, "\(name): the path of a file is expected, or {\"path\", \"sha256\"}",
        at: pointer)
    }
    return (path, digest)
  }
}

extension NamedFile {
  /// `{"path": "/models/tokenizer.json", "sha256": "…"}`
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.key("path")
      writer.string(path)
      writer.key("sha256")
      writer.string(digest.description)
    }
  }
}
