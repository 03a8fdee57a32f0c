internal import JSON

/// What the client says it can do. What it does not say is not used.
struct ClientFeatures {
  var encoding = PositionEncoding.utf16
  var takesVersions = false
  var takesCodeLinks = false
  var takesRelated = false
  var takesTags = false
  var takesData = false
  var takesDocumentChanges = false
  var takesActionLiterals = false
  var resolvesEdits = false
  var takesMarkdown = false
  var takesApplyEdit = false
  var takesShowDocument = false
  var takesProgress = false
  var takesConfiguration = false
  var registersWatchers = false
  var refreshesDiagnostics = false
  var refreshesLenses = false
  var refreshesHints = false
  var pulls = false

  init() {}

  init(_ capabilities: JSONValue?) {
    func value(_ pointer: String) -> JSONValue? {
      JSONPointer(pointer).flatMap { capabilities?.value(at: $0) }
    }
    func flag(_ pointer: String) -> Bool { value(pointer)?.bool ?? false }
    func names(_ pointer: String) -> [String] {
      value(pointer)?.elements.compactMap { try? $0.string() } ?? []
    }
    if names("/general/positionEncodings").contains(PositionEncoding.utf8.rawValue) {
      encoding = .utf8
    }
    takesVersions = flag("/textDocument/publishDiagnostics/versionSupport")
    takesCodeLinks = flag("/textDocument/publishDiagnostics/codeDescriptionSupport")
    takesRelated = flag("/textDocument/publishDiagnostics/relatedInformation")
    takesTags = value("/textDocument/publishDiagnostics/tagSupport").map { !$0.isNull } ?? false
    takesData = flag("/textDocument/publishDiagnostics/dataSupport")
    pulls = value("/textDocument/diagnostic").map { !$0.isNull } ?? false
    takesDocumentChanges = flag("/workspace/workspaceEdit/documentChanges")
    takesActionLiterals = value("/textDocument/codeAction/codeActionLiteralSupport") != nil
    resolvesEdits = names("/textDocument/codeAction/resolveSupport/properties").contains("edit")
    takesMarkdown = names("/textDocument/hover/contentFormat").contains("markdown")
    takesApplyEdit = flag("/workspace/applyEdit")
    takesShowDocument = flag("/window/showDocument/support")
    takesProgress = flag("/window/workDoneProgress")
    takesConfiguration = flag("/workspace/configuration")
    registersWatchers = flag("/workspace/didChangeWatchedFiles/dynamicRegistration")
    refreshesDiagnostics = flag("/workspace/diagnostics/refreshSupport")
    refreshesLenses = flag("/workspace/codeLens/refreshSupport")
    refreshesHints = flag("/workspace/inlayHint/refreshSupport")
  }
}
