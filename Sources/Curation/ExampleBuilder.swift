internal import JSON

/// Collects the texts of one example into its arena.
struct ExampleBuilder {
  private(set) var fields: [TextField] = []
  private(set) var arena: [UInt8] = []

  init(capacity: Int) {
    arena.reserveCapacity(capacity)
    fields.reserveCapacity(4)
  }

  /// Whether the last turn is not the assistant's.
  var awaitsResponse: Bool { fields.last?.role != .response }

  // MARK: Strings

  /// A value that must be a string.
  mutating func string(
    _ value: JSONValue, _ role: TextField.Role, at pointer: JSONPointer, isTrimmable: Bool = true,
    keepsEnds: Bool = false
  ) throws(InputError) {
    guard value.kind == .string else {
      throw InputError(
        .invalidExample, "a string is expected, not \(value.kind.description)", at: pointer)
    }
    let start = arena.count
    do {
      try value.appendUTF8(to: &arena)
    } catch {
      throw InputError(.invalidExample, "half of a surrogate pair in a text", at: pointer)
    }
    append(role, from: start, pointer, value.byteRange, isTrimmable, keepsEnds)
  }

  private mutating func append(
    _ role: TextField.Role, from start: Int, _ pointer: JSONPointer, _ sourceRange: Range<Int>?,
    _ isTrimmable: Bool, _ keepsEnds: Bool = false
  ) {
    fields.append(
      TextField(
        role: role, range: start..<arena.count, pointer: pointer, sourceRange: sourceRange,
        isTrimmable: isTrimmable, keepsEnds: keepsEnds))
    arena.append(0x0A)
  }

  // MARK: Messages

  /// A string, one message, or a list of messages.
  mutating func content(
    _ value: JSONValue, _ role: TextField.Role, at pointer: JSONPointer, keepsEnds: Bool = false
  ) throws(InputError) {
    switch value.kind {
    case .string: try string(value, role, at: pointer, keepsEnds: keepsEnds)
    case .object: try message(value, default: role, at: pointer)
    case .array:
      for (index, element) in value.elements.enumerated() {
        try message(element, default: role, at: pointer.appending(index))
      }
    default:
      throw InputError(
        .invalidExample,
        "a string, a message or a list of messages is expected, not \(value.kind.description)",
        at: pointer)
    }
  }

  /// A list of messages, or one.
  mutating func messages(
    _ value: JSONValue, at pointer: JSONPointer
  ) throws(InputError) {
    switch value.kind {
    case .object: try message(value, default: nil, at: pointer)
    case .array:
      for (index, element) in value.elements.enumerated() {
        try message(element, default: nil, at: pointer.appending(index))
      }
    default:
      throw InputError(
        .invalidExample, "a list of messages is expected, not \(value.kind.description)",
        at: pointer)
    }
  }

  /// Its parts are named `role` and `content`, or `from` and `value`.
  private mutating func message(
    _ value: JSONValue, default role: TextField.Role?, at pointer: JSONPointer
  ) throws(InputError) {
    guard value.kind == .object else {
      throw InputError(
        .invalidExample, "a message is an object, not \(value.kind.description)", at: pointer)
    }
    let (roleName, contentName) =
      value["from"] != nil && value["role"] == nil ? ("from", "value") : ("role", "content")
    let role = try self.role(value[roleName], default: role, at: pointer.appending(roleName))
    if let reasoning = value["reasoning_content"], !reasoning.isNull {
      try string(
        reasoning, role, at: pointer.appending("reasoning_content"), isTrimmable: false)
    }
    let isTool = Self.toolRoles.contains((try? value[roleName]?.string()) ?? "")
    if let content = value[contentName], !content.isNull {
      try parts(content, role, at: pointer.appending(contentName), isTrimmable: !isTool)
    }
    try toolCalls(value, role, at: pointer)
  }

  private static let toolRoles: Set<String> = [
    "tool", "function", "function_call", "function_response", "observation", "tool_call",
    "tool_response", "ipython",
  ]

  private func role(
    _ value: JSONValue?, default role: TextField.Role?, at pointer: JSONPointer
  ) throws(InputError) -> TextField.Role {
    guard let value, !value.isNull else {
      if let role { return role }
      throw InputError(.invalidExample, "the message does not say whose it is", at: pointer)
    }
    guard value.kind == .string, let name = try? value.string() else {
      throw InputError(
        .invalidExample, "a string is expected, not \(value.kind.description)", at: pointer)
    }
    switch name {
    case "system", "developer": return .system
    case "assistant", "gpt", "chatgpt", "bot", "model", "bing", "function_call", "tool_call":
      return .response
    default: return .prompt  // Everything else stands before or between the assistant's turns.
    }
  }

  /// `content`: a string, or a list of parts of which the texts count.
  private mutating func parts(
    _ value: JSONValue, _ role: TextField.Role, at pointer: JSONPointer, isTrimmable: Bool
  ) throws(InputError) {
    guard value.kind == .array else {
      return try string(value, role, at: pointer, isTrimmable: isTrimmable)
    }
    for (index, part) in value.elements.enumerated() {
      let place = pointer.appending(index)
      switch part.kind {
      case .string: try string(part, role, at: place, isTrimmable: isTrimmable)
      case .object:
        guard let text = part["text"], !text.isNull else { continue }
        try string(text, role, at: place.appending("text"), isTrimmable: isTrimmable)
      default:
        throw InputError(
          .invalidExample, "a part is an object or a string, not \(part.kind.description)",
          at: place)
      }
    }
  }

  // MARK: Tool calls

  private mutating func toolCalls(
    _ message: JSONValue, _ role: TextField.Role, at pointer: JSONPointer
  ) throws(InputError) {
    if let call = message["function_call"], call.kind == .object {
      try toolCall(call, role, at: pointer.appending("function_call"))
    }
    guard let calls = message["tool_calls"], !calls.isNull else { return }
    let place = pointer.appending("tool_calls")
    guard calls.kind == .array else {
      throw InputError(
        .invalidExample, "a list of tool calls is expected, not \(calls.kind.description)",
        at: place)
    }
    for (index, call) in calls.elements.enumerated() {
      let place = place.appending(index)
      guard call.kind == .object else {
        throw InputError(
          .invalidExample, "a tool call is an object, not \(call.kind.description)", at: place)
      }
      if let function = call["function"], function.kind == .object {
        try toolCall(function, role, at: place.appending("function"))
      } else {
        try toolCall(call, role, at: place)
      }
    }
  }

  /// Name and arguments, each a text of its own; arguments given as an object are taken as written.
  private mutating func toolCall(
    _ call: JSONValue, _ role: TextField.Role, at pointer: JSONPointer
  ) throws(InputError) {
    if let name = call["name"], !name.isNull {
      try string(name, role, at: pointer.appending("name"), isTrimmable: false)
    }
    guard let arguments = call["arguments"], !arguments.isNull else { return }
    let place = pointer.appending("arguments")
    guard arguments.kind != .string else {
      return try string(arguments, role, at: place, isTrimmable: false)
    }
    let start = arena.count
    arena.append(contentsOf: arguments.rawBytes)
    append(role, from: start, place, nil, false)
  }
}
