internal import JSON
internal import JSONRPC
internal import Serving

/// What is offered for a whole file.
enum SourceAction: String, CaseIterable {
  case trimAll = "thresher.trimAll"
  case removeDuplicates = "thresher.removeDuplicates"
  case dropBelow = "thresher.dropBelow"

  var title: String {
    switch self {
    case .trimAll: "Cut all fluff"
    case .removeDuplicates: "Remove all duplicates but the first"
    case .dropBelow: "Drop all records below the minimum score"
    }
  }

  var kind: String {
    switch self {
    case .trimAll: "source.fixAll.thresher"
    case .removeDuplicates: "source.thresher.removeDuplicates"
    case .dropBelow: "source.thresher.dropBelow"
    }
  }

  /// Whether it would change anything.
  func isUseful(_ totals: Totals) -> Bool {
    switch self {
    case .trimAll: totals.tokensCut > 0 || totals.findings > 0
    case .removeDuplicates: totals.exact + totals.near > 0
    case .dropBelow: totals.lowScore > 0
    }
  }
}

/// One action as the client gets it.
struct CodeAction {
  enum Effect {
    case edit(WorkspaceEdit)
    case command(Command, [CommandArgument])
    /// The edit is asked for when it is wanted.
    case later(SourceAction, uri: String)
  }

  let title: String
  let kind: String
  let effect: Effect
  var isPreferred = false
  /// The client's own, as it sent them.
  var diagnostics: [JSONValue] = []
}

enum CommandArgument {
  case text(String)
  case number(Int)

  func write(to writer: inout JSONWriter) {
    switch self {
    case .text(let text): writer.string(text)
    case .number(let number): writer.integer(number)
    }
  }
}

extension EditorSession {
  /// Actions for more records at once are of no use.
  private static let recordsMaximum = 20

  /// `textDocument/codeAction`
  func codeActions(_ params: JSONValue?) throws(RPCError) -> any Work {
    let document = try self.document(params)
    guard let range = TextRange(params?["range"]) else {
      throw RPCError(.invalidParams, "range is missing")
    }
    let context = params?["context"]
    let only = context?["only"].map { $0.elements.compactMap { try? $0.string() } }
    func isWanted(_ kind: String) -> Bool {
      only?.contains { $0.isEmpty || kind == $0 || kind.hasPrefix($0 + ".") } ?? true
    }
    var actions: [CodeAction] = []
    if isWanted("quickfix") {
      for record in document.records(in: range).prefix(Self.recordsMaximum) {
        actions += quickFixes(record, document, context?["diagnostics"])
      }
    }
    for action in SourceAction.allCases
    where isWanted(action.kind) && action.isUseful(document.totals) {
      let effect: CodeAction.Effect =
        if only != nil {
          .edit(edit(action, document))
        } else if client.resolvesEdits {
          .later(action, uri: document.uri)
        } else if let command = Command(rawValue: action.rawValue) {
          .command(command, [.text(document.uri)])
        } else {
          .edit(edit(action, document))
        }
      if case .edit(let edit) = effect, edit.changes.isEmpty { continue }
      actions.append(CodeAction(title: action.title, kind: action.kind, effect: effect))
    }
    let client = client
    return Answer { writer in
      writer.array { writer in
        for action in actions { Self.write(action, client, &writer) }
      }
    }
  }

  private func quickFixes(
    _ record: Record, _ document: Document, _ given: JSONValue?
  ) -> [CodeAction] {
    guard let reading = record.reading, reading.kind == .example || reading.kind == .unusable
    else { return [] }
    let line = document.range(of: record, 0..<0, encoding).start.line
    let diagnostics = (given?.elements.map { $0 } ?? []).filter { diagnostic in
      Position(diagnostic["range"]?["start"]).map { document.record(atLine: $0.line) === record }
        ?? false
    }
    func about(_ codes: [Code]) -> [JSONValue] {
      diagnostics.filter { diagnostic in
        codes.contains { (try? diagnostic["code"]?.string()) == $0.rawValue }
      }
    }
    let arguments: [CommandArgument] = [.text(document.uri), .number(line)]
    var actions: [CodeAction] = []
    func add(
      _ title: String, _ command: Command, _ changes: [TextChange], isPreferred: Bool = false,
      _ codes: [Code]
    ) {
      guard !changes.isEmpty else { return }
      let effect: CodeAction.Effect =
        client.takesActionLiterals
        ? .edit(WorkspaceEdit(document, changes)) : .command(command, arguments)
      actions.append(
        CodeAction(
          title: title, kind: "quickfix", effect: effect, isPreferred: isPreferred,
          diagnostics: about(codes)))
    }
    let cut = trimming(record, document)
    let tokens = reading.tokensCut == 1 ? "1 token" : "\(reading.tokensCut) tokens"
    add("Cut the fluff (\(tokens))", .trim, cut, isPreferred: true, [.fluff])
    let removal = removing([record.number], from: document)
    if let duplicate = Duplicate(record) {
      add("Remove this duplicate", .remove, removal, isPreferred: true, [duplicate.code])
      if client.takesShowDocument, let (uri, range) = original(of: record) {
        let file = uri == document.uri ? "" : " of \(FileURI.name(uri))"
        actions.append(
          CodeAction(
            title: "Go to the original (line \(range.start.line + 1)\(file))", kind: "quickfix",
            effect: .command(.goToOriginal, arguments), diagnostics: about([duplicate.code])))
      }
    } else if reading.findings.contains(where: { $0.code != .fluff && $0.code != .inCorpus }) {
      add("Remove this record", .remove, removal, Code.allCases.filter { $0 != .fluff })
    }
    if !record.counted.ranks.isEmpty {
      add("Ignore this record", .ignore, ignoring(record, document), Code.allCases)
    }
    return actions
  }

  /// `codeAction/resolve`: the edit of an action that was offered without it.
  func resolveAction(_ params: JSONValue?) throws(RPCError) -> any Work {
    guard let data = params?["data"], let uri = Self.uri(data),
      let name = try? data["action"]?.string(), let action = SourceAction(rawValue: name)
    else { throw RPCError(.invalidParams, "this action needs nothing more") }
    let edit = edit(action, try document(named: uri))
    let client = client
    return Answer.object { writer in
      for member in params?.members.map({ $0 }) ?? [] where member.name != "edit" {
        writer.key(escaping: member.name)
        writer.raw(member.value.rawBytes.span)
      }
      writer.key("edit")
      edit.write(for: client, to: &writer)
    }
  }

  private static func write(
    _ action: CodeAction, _ client: ClientFeatures, _ writer: inout JSONWriter
  ) {
    func command(_ command: Command, _ arguments: [CommandArgument], _ writer: inout JSONWriter) {
      writer.object { writer in
        writer.key("title")
        writer.string(action.title)
        writer.key("command")
        writer.string(command.rawValue)
        writer.key("arguments")
        writer.array { writer in for argument in arguments { argument.write(to: &writer) } }
      }
    }
    if !client.takesActionLiterals, case .command(let name, let arguments) = action.effect {
      return command(name, arguments, &writer)
    }
    writer.object { writer in
      writer.key("title")
      writer.string(action.title)
      writer.key("kind")
      writer.string(action.kind)
      if action.isPreferred {
        writer.key("isPreferred")
        writer.bool(true)
      }
      if !action.diagnostics.isEmpty {
        writer.key("diagnostics")
        writer.array { writer in
          for diagnostic in action.diagnostics { writer.raw(diagnostic.rawBytes.span) }
        }
      }
      switch action.effect {
      case .edit(let edit):
        writer.key("edit")
        edit.write(for: client, to: &writer)
      case .command(let name, let arguments):
        writer.key("command")
        command(name, arguments, &writer)
      case .later(let source, let uri):
        writer.key("data")
        writer.object { writer in
          writer.key("action")
          writer.string(source.rawValue)
          writer.key("uri")
          writer.string(uri)
        }
      }
    }
  }
}
