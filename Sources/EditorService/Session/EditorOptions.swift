internal import Curation
internal import JSON

/// What the user chose, in `initializationOptions` and by configuration.
struct EditorOptions {
  var corpus: String?
  var readsWorkspace = false
  var settings = SettingsChange()
  var severities: [Code: Severity] = [:]
  var references: [String] = []
  var hasInlayHints = true
  var hasCodeLenses = true
  /// What could not be used, for the user.
  private(set) var problems: [String] = []

  func severity(of code: Code) -> Severity { severities[code] ?? code.standardSeverity }

  /// Takes over what is named and can be used.
  mutating func read(_ value: JSONValue?, _ files: FileAccess, isFirst: Bool) {
    guard let value, value.kind == .object else { return }
    if isFirst {
      corpus = value["corpus"].flatMap { $0.kind == .string ? try? $0.string() : nil }
      readsWorkspace = value["workspace"]?.bool ?? false
    }
    hasInlayHints = value["inlayHints"]?.bool ?? hasInlayHints
    hasCodeLenses = value["codeLens"]?.bool ?? hasCodeLenses
    if let severities = value["severities"] { read(severities: severities) }
    if let paths = value["references"], paths.kind == .array {
      references = paths.elements.compactMap { $0.kind == .string ? try? $0.string() : nil }
    }
    guard let settings = value["settings"], !settings.isNull else { return }
    do throws(InputError) {
      self.settings.merge(
        try SettingsChange(settings, at: JSONPointer.root.appending("settings"), files: files))
    } catch {
      problems.append("\(error.pointer.description.dropFirst()): \(error.message)")
    }
  }

  private mutating func read(severities value: JSONValue) {
    for member in value.members {
      guard let code = Code(rawValue: member.name) else {
        problems.append("severities: there is no code \"\(member.name)\"")
        continue
      }
      guard member.value.kind == .string, let name = try? member.value.string(),
        let severity = Severity(rawValue: name)
      else {
        problems.append(
          "severities/\(member.name): one of \"error\", \"warning\", \"information\", \"hint\", "
            + "\"off\" is expected")
        continue
      }
      severities[code] = severity
    }
  }
}
