internal import JSON
internal import JSONRPC
internal import Serving

/// What `workspace/executeCommand` knows.
enum Command: String, CaseIterable {
  case trimAll = "thresher.trimAll"
  case removeDuplicates = "thresher.removeDuplicates"
  case dropBelow = "thresher.dropBelow"
  case trim = "thresher.trim"
  case remove = "thresher.remove"
  case ignore = "thresher.ignore"
  case goToOriginal = "thresher.goToOriginal"
  case summary = "thresher.summary"
}

extension EditorSession {
  /// `workspace/executeCommand`. What is known of the text is published first: clients that wait for the
  /// answer (lsp-mode) drop what they read right after it.
  /// - Returns: nil when the answer has to wait for what the client does.
  func execute(_ params: JSONValue?, _ id: RequestID) throws(RPCError) -> (any Work)? {
    publishDirty()
    guard let name = try? params?["command"]?.string(), let command = Command(rawValue: name)
    else { throw RPCError(.invalidParams, "there is no such command") }
    let arguments = params?["arguments"]?.elements.map { $0 } ?? []
    guard let uri = arguments.first, uri.kind == .string, let uri = try? uri.string() else {
      throw RPCError(.invalidParams, "the first argument is the document's URI")
    }
    let document = try document(named: uri)
    if let action = SourceAction(rawValue: name) {
      return perform(edit(action, document), action.title, id)
    }
    if command == .summary { return summary(document) }
    guard arguments.count > 1, let line = arguments[1].integer,
      let record = document.record(atLine: max(0, line))
    else { throw RPCError(.invalidParams, "the second argument is the line of a record") }
    switch command {
    case .trim:
      return perform(WorkspaceEdit(document, trimming(record, document)), "Cut the fluff", id)
    case .remove:
      return perform(
        WorkspaceEdit(document, removing([record.number], from: document)), "Remove this record",
        id)
    case .ignore:
      return perform(
        WorkspaceEdit(document, ignoring(record, document)), "Ignore this record", id)
    default: return goToOriginal(of: record)
    }
  }

  /// Has the client make an edit, or hands it over. The answer comes when the edit has been made and
  /// what is known of the new text was published.
  private func perform(_ edit: WorkspaceEdit, _ title: String, _ id: RequestID) -> (any Work)? {
    let client = client
    guard client.takesApplyEdit else {
      return Answer { edit.write(for: client, to: &$0) }
    }
    guard !edit.changes.isEmpty else { return Answer { $0.null() } }
    beingApplied.insert(id)
    outbox.ask("workspace/applyEdit") { writer in
      writer.key("label")
      writer.string(title)
      writer.key("edit")
      edit.write(for: client, to: &writer)
    } then: { [unowned self] _ in
      guard beingApplied.remove(id) != nil else { return }
      catchUp()
      publishDirty()
      outbox.respond(id) { $0.null() }
    }
    return nil
  }

  private func goToOriginal(of record: Record) -> any Work {
    guard let (uri, range) = original(of: record) else { return Answer { $0.null() } }
    if client.takesShowDocument {
      outbox.ask("window/showDocument") { writer in
        writer.key("uri")
        writer.string(uri)
        writer.key("takeFocus")
        writer.bool(true)
        writer.key("selection")
        range.write(to: &writer)
      }
    }
    return Answer { Self.write(uri, range, &$0) }
  }

  private func summary(_ document: Document) -> any Work {
    let totals = document.totals
    return Answer.object { writer in
      for (name, value) in [
        ("records", totals.records), ("examples", totals.examples), ("unusable", totals.unusable),
        ("exactDuplicates", totals.exact), ("nearDuplicates", totals.near),
        ("contaminated", totals.contaminated), ("lowScore", totals.lowScore),
        ("tokens", totals.tokens), ("tokensCut", totals.tokensCut), ("pending", totals.pending),
      ] as [(StaticString, Int)] {
        writer.key(name)
        writer.integer(value)
      }
      writer.key("meanScore")
      if let mean = totals.meanScore {
        writer.decimal(mean, decimals: 2)
      } else {
        writer.null()
      }
    }
  }
}
