package import JSON

/// Reads a request's `params` (or an object inside them) by name, and knows which names it was
/// asked for, so that a misspelt one is an error instead of being ignored.
///
/// ```swift
/// var params = try Params(request.params)
/// let corpus = try params.string("corpus")
/// try params.finish()          // -32602 at "/corpsu" for {"corpsu": "a"}
/// ```
package struct Params {
  private let object: JSONValue?
  private let pointer: JSONPointer
  private var known: [String] = []

  package init(_ value: JSONValue?, at pointer: JSONPointer = .root) throws(RPCError) {
    if let value, value.kind != .object {
      throw RPCError(
        .invalidParams, "params must be an object, not \(value.kind.description)", at: pointer)
    }
    object = value
    self.pointer = pointer
  }

  /// The member, unless it is absent or null.
  package mutating func value(_ name: String) -> JSONValue? {
    known.append(name)
    guard let value = object?[name], !value.isNull else { return nil }
    return value
  }

  package mutating func string(_ name: String) throws(RPCError) -> String? {
    guard let value = value(name) else { return nil }
    guard value.kind == .string else { throw expected("a string", value, name) }
    do {
      return try value.string()
    } catch {
      throw RPCError(
        .invalidParams, "half of a surrogate pair in a string", at: pointer.appending(name))
    }
  }

  package mutating func bool(_ name: String) throws(RPCError) -> Bool? {
    guard let value = value(name) else { return nil }
    guard let bool = value.bool else { throw expected("true or false", value, name) }
    return bool
  }

  /// - Parameter limit: the announced name of the range's upper end.
  package mutating func integer(
    _ name: String, in range: ClosedRange<Int>, limit: String? = nil
  ) throws(RPCError) -> Int? {
    guard let value = value(name) else { return nil }
    guard let integer = value.integer, range.contains(integer) else {
      throw RPCError(
        .invalidParams,
        "\(name) must be an integer from \(range.lowerBound) to \(range.upperBound)",
        at: pointer.appending(name),
        limit: value.integer ?? 0 > range.upperBound ? limit : nil)
    }
    return integer
  }

  /// A string that names one case of an enumeration.
  package mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, _: Choice.Type = Choice.self
  ) throws(RPCError) -> Choice? where Choice.RawValue == String {
    guard let text = try string(name) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      let names = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
      throw RPCError(
        .invalidParams, "\(name) must be one of \(names)", at: pointer.appending(name))
    }
    return choice
  }

  package mutating func array(_ name: String) throws(RPCError) -> JSONValue? {
    guard let value = value(name) else { return nil }
    guard value.kind == .array else { throw expected("an array", value, name) }
    return value
  }

  package mutating func object(_ name: String) throws(RPCError) -> JSONValue? {
    guard let value = value(name) else { return nil }
    guard value.kind == .object else { throw expected("an object", value, name) }
    return value
  }

  package func missing(_ name: String) -> RPCError {
    RPCError(.invalidParams, "\(name) is missing", at: pointer.appending(name))
  }

  private func expected(_ what: String, _ value: JSONValue, _ name: String) -> RPCError {
    RPCError(
      .invalidParams, "\(name) must be \(what), not \(value.kind.description)",
      at: pointer.appending(name))
  }

  /// Refuses members that nobody asked for.
  package func finish() throws(RPCError) {
    guard let object else { return }
    for member in object.members where !known.contains(member.name) {
      throw RPCError(
        .invalidParams, "\"\(member.name)\" is not a parameter here",
        at: pointer.appending(member.name))
    }
  }
}
