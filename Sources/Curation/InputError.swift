package import JSON

/// What is wrong with an example or with settings, and where.
package struct InputError: Error, Equatable, Sendable {
  package enum Kind: Sendable {
    /// The example cannot be used.
    case invalidExample
    /// A setting has a wrong type, an unknown name or a value out of range.
    case invalidSettings
    /// Known, and not built yet.
    case notAvailable
    /// The corpus exists with other settings.
    case settingsDiffer
    /// The id is known with other content.
    case idConflict
    /// The id was never seen, and only known ones were wanted.
    case unknownID
  }

  package let kind: Kind
  package let message: String
  package let pointer: JSONPointer
  /// The limit that was exceeded, by its announced name.
  package let limit: String?

  package init(
    _ kind: Kind, _ message: String, at pointer: JSONPointer = .root, limit: String? = nil
  ) {
    self.kind = kind
    self.message = message
    self.pointer = pointer
    self.limit = limit
  }
}
