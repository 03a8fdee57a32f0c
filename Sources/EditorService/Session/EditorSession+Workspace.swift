internal import Curation
internal import JSON
internal import Serving

/// The workspace's files that are not open.
extension EditorSession {
  private static let suffix = ".jsonl"
  private static let fileBytesMaximum = 512 << 20

  /// Reads the files of a folder, one after another.
  func readFolder(_ uri: String) {
    guard peer != .tcp, let files = service.folders, let path = FileURI.path(of: uri) else {
      return warn("the workspace's files are not read here")
    }
    isReadingFolders = true
    errands.run {
      files.files(below: path, ending: Self.suffix)
    } then: { [unowned self] result in
      readFiles((result as? [String] ?? []).map(FileURI.uri)[...])
    }
  }

  private func readFiles(_ uris: ArraySlice<String>) {
    guard let first = uris.first else {
      isReadingFolders = false
      // Whoever waits for the whole workspace may go on.
      return publishDirty()
    }
    readFile(first) { [unowned self] in readFiles(uris.dropFirst()) }
  }

  /// Reads a file that is not open, or forgets one that is gone.
  func readFile(_ uri: String, then: @escaping () -> Void = {}) {
    guard let files = service.files, let path = FileURI.path(of: uri), !isOpen(uri) else {
      return then()
    }
    let most = Self.fileBytesMaximum
    errands.run {
      Result { () throws(FileProblem) in try files.read(path, bytesMaximum: most).bytes }
    } then: { [unowned self] result in
      defer { then() }
      // It may have been opened meanwhile.
      guard let read = result as? Result<[UInt8], FileProblem>, !isOpen(uri) else { return }
      let wasPublished = !(documents[uri]?.published.isEmpty ?? true)
      forget(uri)
      switch read {
      case .success(let bytes): open(uri, bytes, version: nil, language: "", isOpen: false)
      case .failure: if wasPublished { publish([], of: uri, version: nil) }
      }
    }
  }

  private func isOpen(_ uri: String) -> Bool { documents[uri]?.isOpen ?? false }

  func didChangeWatchedFiles(_ params: JSONValue?) {
    guard options.readsWorkspace, peer != .tcp else { return }
    for change in params?["changes"]?.elements.map({ $0 }) ?? [] {
      guard let uri = Self.uri(change), uri.hasSuffix(Self.suffix) else { continue }
      readFile(uri)
    }
  }

  func didChangeFolders(_ params: JSONValue?) {
    guard options.readsWorkspace, let event = params?["event"] else { return }
    for folder in event["removed"]?.elements.map({ $0 }) ?? [] {
      guard let uri = Self.uri(folder) else { continue }
      folders.removeAll { $0 == uri }
      let gone = documents.values.filter { !$0.isOpen && $0.uri.hasPrefix(uri + "/") }
      for document in gone {
        forget(document.uri)
        if !document.published.isEmpty { publish([], of: document.uri, version: nil) }
      }
    }
    for folder in event["added"]?.elements.map({ $0 }) ?? [] {
      guard let uri = Self.uri(folder) else { continue }
      folders.append(uri)
      readFolder(uri)
    }
  }
}
