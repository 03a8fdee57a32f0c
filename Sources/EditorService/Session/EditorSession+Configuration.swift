internal import Curation
internal import JSON
internal import JSONRPC
internal import Serving

extension EditorSession {
  private static let section = "thresher"

  /// The client is ready to be talked to.
  func start() {
    for problem in firstOptions.problems { warn(problem) }
    if let name = firstOptions.corpus, corpus == nil {
      warn("there is no corpus \"\(name)\" here; records are not looked up")
    }
    loadReferences()
    guard options.readsWorkspace else { return }
    if client.registersWatchers { watchFiles() }
    for folder in folders { readFolder(folder) }
  }

  private func watchFiles() {
    outbox.ask("client/registerCapability") { writer in
      writer.key("registrations")
      writer.array { writer in
        writer.object { writer in
          writer.key("id")
          writer.string("thresher/files")
          writer.key("method")
          writer.string("workspace/didChangeWatchedFiles")
          writer.key("registerOptions")
          writer.object { writer in
            writer.key("watchers")
            writer.array { writer in
              writer.object { writer in
                writer.key("globPattern")
                writer.string("**/*.jsonl")
              }
            }
          }
        }
      }
    }
  }

  /// Tells the user of something that cannot be done.
  func warn(_ message: String) {
    outbox.notify("window/showMessage") { writer in
      writer.key("type")
      writer.integer(2)
      writer.key("message")
      writer.string("thresher: \(message)")
    }
  }

  // MARK: Options

  func didChangeConfiguration(_ params: JSONValue?) {
    if let settings = params?["settings"], settings.kind == .object {
      apply(settings[Self.section] ?? settings)
    } else if client.takesConfiguration {
      outbox.ask("workspace/configuration") { writer in
        writer.key("items")
        writer.array { writer in
          writer.object { writer in
            writer.key("section")
            writer.string(Self.section)
          }
        }
      } then: { [unowned self] result in
        var elements = result?.elements
        apply(elements?.next())
      }
    }
  }

  /// Judges everything by other options.
  private func apply(_ value: JSONValue?) {
    // Some clients send what they have sent already, or nothing, each time they start.
    let written = value.map { Array($0.rawBytes) } ?? []
    guard written != configuration else { return }
    configuration = written
    var new = firstOptions
    let known = new.problems.count
    new.read(value, service.fileAccess(of: peer), isFirst: false)
    for problem in new.problems.dropFirst(known) { warn(problem) }
    let hasOtherReferences = new.references != options.references
    options = new
    if hasOtherReferences {
      references = ReferenceSets()
      loadReferences()
    }
    judgeAgain()
  }

  /// Reads all records by the criteria of now.
  func judgeAgain() {
    criteria = Self.criteria(service, options, corpus, hasReferences: !references.isEmpty)
    reader = RecordReader(criteria)
    for document in documents.values {
      document.records.forEach(in: 0..<document.records.count) { $0.group = nil }
    }
    view = View(criteria.settings.near.threshold)
    hearView()
    loader.restart()
    for document in documents.values.sorted(by: { $0.records.rank < $1.records.rank }) {
      document.nextMilestone = .max
      noteDirty(document)
      var records: [Record] = []
      document.records.forEach(in: 0..<document.records.count) { record in
        record.reading = nil
        recount(record)
        records.append(record)
      }
      admit(records)
    }
    view.settle()
  }

  /// Reads the records of one document again, the same criteria being another thing now: the corpus has
  /// gone on.
  func readAgain(_ document: Document) {
    var records: [Record] = []
    document.records.forEach(in: 0..<document.records.count) { records.append($0) }
    for record in records {
      view.remove(record)
      record.reading = nil
      recount(record)
    }
    admit(records)
    view.settle()
  }

  private func loadReferences() {
    guard !options.references.isEmpty else { return }
    guard peer != .tcp, let files = service.files else {
      return warn("references are not read here")
    }
    let (paths, idBytes) = (options.references, service.limits.exampleIDBytes)
    errands.run {
      paths.map { path in
        Self.readReferences(path, files, idBytesMaximum: idBytes)
      }
    } then: { [unowned self] result in
      guard let read = result as? [(path: String, fields: [ReferenceField], problem: String?)]
      else { return }
      for (path, fields, problem) in read {
        if let problem { warn("references \(path): \(problem)") }
        references.add(fields, of: FileURI.name(FileURI.uri(of: path)))
      }
      judgeAgain()
    }
  }

  private static func readReferences(
    _ path: String, _ files: any FileReading, idBytesMaximum: Int
  ) -> (path: String, fields: [ReferenceField], problem: String?) {
    do throws(FileProblem) {
      let bytes = try files.read(path, bytesMaximum: FileKind.references.bytesMaximum).bytes
      return (path, try ReferenceReader.fields(of: bytes, idBytesMaximum: idBytesMaximum), nil)
    } catch {
      return (path, [], error.message)
    }
  }
}
