internal import Curation
internal import JSON
internal import JSONRPC
internal import Serving

/// A request that waits until what it is about is read.
struct WaitingPull {
  let id: RequestID
  /// Nil for the whole workspace.
  let uri: String?
  /// What the client has, by URI.
  let known: [String: String]
}

extension EditorSession {
  /// While a document is read its diagnostics are published after this many records, and each time there
  /// are twice as many.
  private static let firstMilestone = 512

  /// Publishes what has changed, and answers those who waited for it.
  func publishDirty() {
    let documents = dirty
    dirty = []
    for document in documents { document.isDirty = false }
    for document in documents {
      let isNew = document.publishedVersion != document.version
      if document.totals.pending > 0 {
        let read = document.totals.records - document.totals.pending
        guard isNew || read >= document.nextMilestone else { continue }
        if read >= document.nextMilestone {
          document.nextMilestone = max(Self.firstMilestone, 2 * read)
        }
      }
      guard !document.isPulled else { continue }
      let diagnostics = render(document)
      guard isNew || diagnostics != document.published else { continue }
      // A file that is not open and has nothing to say needs no message.
      if !document.isOpen, diagnostics == Array("[]".utf8), document.published.isEmpty { continue }
      document.published = diagnostics
      document.publishedVersion = document.version
      publish(diagnostics, of: document.uri, version: document.version)
    }
    answerWaiting()
  }

  /// - Parameter diagnostics: a JSON array; empty is none.
  func publish(_ diagnostics: [UInt8], of uri: String, version: Int?) {
    outbox.notify("textDocument/publishDiagnostics") { writer in
      writer.key("uri")
      writer.string(uri)
      if let version, client.takesVersions {
        writer.key("version")
        writer.integer(version)
      }
      writer.key("diagnostics")
      if diagnostics.isEmpty {
        writer.array { _ in }
      } else {
        writer.raw(diagnostics.span)
      }
    }
  }

  func render(_ document: Document) -> [UInt8] {
    var writer = DiagnosticsWriter(client, options, page: service.page)
    let diagnostics = writer.diagnostics(of: document)
    document.refersTo = writer.refersTo
    return diagnostics
  }

  // MARK: Pulling

  func documentDiagnostics(
    _ params: JSONValue?, _ id: RequestID
  ) throws(RPCError) -> (any Work)? {
    let document = try self.document(params)
    stopPushing(document)
    let known = params?["previousResultId"].flatMap { try? $0.string() } ?? ""
    guard document.totals.pending == 0 else {
      waiting.append(WaitingPull(id: id, uri: document.uri, known: [document.uri: known]))
      return nil
    }
    let report = report(document, known)
    return Answer { $0.raw(report.span) }
  }

  func workspaceDiagnostics(
    _ params: JSONValue?, _ id: RequestID
  ) throws(RPCError) -> (any Work)? {
    var known: [String: String] = [:]
    for previous in params?["previousResultIds"]?.elements.map({ $0 }) ?? [] {
      guard let uri = Self.uri(previous), let value = try? previous["value"]?.string() else {
        continue
      }
      known[uri] = value
    }
    for document in documents.values { stopPushing(document) }
    guard documents.values.allSatisfy({ $0.totals.pending == 0 }), !isReadingFolders else {
      waiting.append(WaitingPull(id: id, uri: nil, known: known))
      return nil
    }
    let report = workspaceReport(known)
    return Answer { $0.raw(report.span) }
  }

  /// A client that asks gets no more unasked, or it would show everything twice.
  private func stopPushing(_ document: Document) {
    guard !document.isPulled else { return }
    document.isPulled = true
    if !document.published.isEmpty { publish([], of: document.uri, version: document.version) }
    document.published = []
  }

  private func answerWaiting() {
    let asked = waiting
    waiting = []
    for pull in asked {
      guard let uri = pull.uri else {
        if documents.values.allSatisfy({ $0.totals.pending == 0 }), !isReadingFolders {
          let report = workspaceReport(pull.known)
          outbox.respond(pull.id) { $0.raw(report.span) }
        } else {
          waiting.append(pull)
        }
        continue
      }
      guard let document = documents[uri] else {
        outbox.respond(pull.id) { $0.raw(Array(#"{"kind":"full","items":[]}"#.utf8).span) }
        continue
      }
      guard document.totals.pending == 0 else {
        waiting.append(pull)
        continue
      }
      let report = report(document, pull.known[uri] ?? "")
      outbox.respond(pull.id) { $0.raw(report.span) }
    }
  }

  private func workspaceReport(_ known: [String: String]) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.key("items")
      writer.array { writer in
        for document in documents.values.sorted(by: { $0.records.rank < $1.records.rank }) {
          writeReport(document, known[document.uri] ?? "", isWorkspace: true, &writer)
        }
      }
    }
    return writer.take()
  }

  private func report(_ document: Document, _ known: String) -> [UInt8] {
    var writer = JSONWriter()
    writeReport(document, known, isWorkspace: false, &writer)
    return writer.take()
  }

  private func writeReport(
    _ document: Document, _ known: String, isWorkspace: Bool, _ writer: inout JSONWriter
  ) {
    let diagnostics = render(document)
    let name = ResultName.of(diagnostics)
    writer.object { writer in
      writer.key("kind")
      writer.string(name == known ? "unchanged" : "full")
      writer.key("resultId")
      writer.string(name)
      if isWorkspace {
        writer.key("uri")
        writer.string(document.uri)
        writer.key("version")
        if let version = document.version { writer.integer(version) } else { writer.null() }
      }
      guard name != known else { return }
      writer.key("items")
      writer.raw(diagnostics.span)
    }
  }

  /// The document that a request is about.
  func document(_ params: JSONValue?) throws(RPCError) -> Document {
    guard let uri = Self.uri(params?["textDocument"]) else {
      throw RPCError(.invalidParams, "textDocument/uri is missing")
    }
    return try document(named: uri)
  }

  func document(named uri: String) throws(RPCError) -> Document {
    guard let document = documents[uri] else {
      throw RPCError(.invalidParams, "no document \(uri) is open")
    }
    return document
  }
}

/// Names a set of diagnostics by its content, so that equal ones are told apart from others without
/// being kept.
enum ResultName {
  /// FNV-1a, 64 bits.
  static func of(_ bytes: [UInt8]) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return String(hash, radix: 16)
  }
}
