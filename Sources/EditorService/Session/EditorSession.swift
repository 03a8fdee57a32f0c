internal import Curation
internal import JSON
internal import JSONRPC
internal import Serving
internal import Trimming

/// One editor's documents and what is known of their records.
///
/// Architecture invariant: what is published is a function of the texts, the options and, where one is
/// asked, the corpus. Opening, editing and closing in another order gives the same diagnostics.
final class EditorSession: Conversation {
  let service: EditorService
  let peer: Peer
  let client: ClientFeatures
  /// What `initializationOptions` said; the configuration is read on top of it.
  let firstOptions: EditorOptions
  var options: EditorOptions
  /// The configuration that they come from, as it was sent.
  var configuration = Array("{}".utf8)
  var criteria: Criteria
  /// For what is read on the spot; made for the first record.
  lazy var reader = RecordReader(criteria)
  var view: View
  var documents: [String: Document] = [:]
  var outbox = Outbox()
  var loader = Loader()
  /// Documents whose diagnostics may have changed, each once.
  var dirty: [Document] = []
  /// Requests that wait until documents are read.
  var waiting: [WaitingPull] = []
  /// Commands whose edits the client has not made yet.
  var beingApplied: Set<RequestID> = []
  /// References from files; those of the corpus are asked there.
  var references = ReferenceSets()
  let corpus: (any CorpusLookup)?
  var folders: [String]
  /// Nil where nothing is told of.
  var progress: ReadingProgress?
  var progressCount = 0
  /// Whether the workspace is being looked through.
  var isReadingFolders = false
  /// What is to be done on another thread besides reading records.
  var errands = Errands()

  var encoding: PositionEncoding { client.encoding }

  init(_ service: EditorService, _ peer: Peer, _ params: JSONValue) {
    (self.service, self.peer) = (service, peer)
    client = ClientFeatures(params["capabilities"])
    var options = EditorOptions()
    options.read(params["initializationOptions"], service.fileAccess(of: peer), isFirst: true)
    (firstOptions, self.options) = (options, options)
    corpus = options.corpus.flatMap(service.corpus)
    folders = Self.folders(params)
    criteria = Self.criteria(service, options, corpus, hasReferences: false)
    view = View(criteria.settings.near.threshold)
    hearView()
  }

  private static func folders(_ params: JSONValue) -> [String] {
    if let folders = params["workspaceFolders"], folders.kind == .array {
      return folders.elements.compactMap { try? $0["uri"]?.string() }
    }
    if let root = params["rootUri"], root.kind == .string {
      return [try? root.string()].compactMap { $0 }
    }
    if let root = params["rootPath"], root.kind == .string, let path = try? root.string() {
      return [FileURI.uri(of: path)]
    }
    return []
  }

  static func criteria(
    _ service: EditorService, _ options: EditorOptions, _ corpus: (any CorpusLookup)?,
    hasReferences: Bool
  ) -> Criteria {
    var settings = options.settings.applied(to: corpus?.settings ?? service.defaults)
    // Whether two are alike is told as the corpus tells it.
    if let corpus { settings.near = corpus.settings.near }
    return Criteria(
      settings: settings, looksForReferences: hasReferences || corpus?.hasReferences ?? false,
      nestingMaximum: service.limits.nesting, idBytesMaximum: service.limits.exampleIDBytes)
  }

  func hearView() {
    view.noteChange = { [unowned self] record in recount(record) }
    view.noteNeighbour = { [unowned self] record in
      if let document = record.chunk.list.document { noteDirty(document) }
    }
  }

  // MARK: Conversation

  func serve(
    _ method: String, _ params: JSONValue?, id: RequestID
  ) throws(RPCError) -> (any Work)? {
    catchUp()
    switch method {
    case "textDocument/hover": return try hover(params)
    case "textDocument/definition": return try definition(params)
    case "textDocument/codeAction": return try codeActions(params)
    case "codeAction/resolve": return try resolveAction(params)
    case "textDocument/codeLens": return try codeLenses(params)
    case "textDocument/inlayHint": return try inlayHints(params)
    case "textDocument/diagnostic": return try documentDiagnostics(params, id)
    case "workspace/diagnostic": return try workspaceDiagnostics(params, id)
    case "workspace/executeCommand": return try execute(params, id)
    default: throw RPCError(.methodNotFound, "no method \"\(method)\"")
    }
  }

  func take(_ method: String, _ params: JSONValue?) {
    switch method {
    case "initialized": start()
    case "textDocument/didOpen": didOpen(params)
    case "textDocument/didChange": didChange(params)
    case "textDocument/didClose": didClose(params)
    case "textDocument/didSave": didSave(params)
    case "workspace/didChangeConfiguration": didChangeConfiguration(params)
    case "workspace/didChangeWatchedFiles": didChangeWatchedFiles(params)
    case "workspace/didChangeWorkspaceFolders": didChangeFolders(params)
    default: break
    }
  }

  func answer(_ id: RequestID, _ result: JSONValue?) { outbox.takeAwaited(id)?(result) }

  func cancel(_ id: RequestID) {
    if let index = waiting.firstIndex(where: { $0.id == id }) {
      waiting.remove(at: index)
    } else if beingApplied.remove(id) == nil {
      return
    }
    outbox.fail(id, RPCError(.requestCancelled, "cancelled"))
  }

  func takeJobs() -> [(number: Int, job: Job)] { errands.takeJobs() + loader.takeJobs(criteria) }

  func finish(_ number: Int, _ result: any Sendable) {
    if let done = errands.take(number) { return done(result) }
    guard let (records, generation) = loader.finish(number) else { return }
    guard let readings = result as? [RecordReading], generation == loader.generation else {
      return
    }
    for (record, reading) in zip(records, readings) where record.isLive { commit(record, reading) }
    view.settle()
    reportProgress()
  }

  var hasWork: Bool { !outbox.isEmpty || !dirty.isEmpty }

  func work(budget: inout Int) {
    budget -= 1
    catchUp()
    publishDirty()
  }

  func takeMessages() -> [[UInt8]] { outbox.take() }
}
