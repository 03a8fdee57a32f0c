package import JSON

/// Decodes every accepted shape of example (DESIGN section 3), in this order of precedence:
///
/// `messages` · `conversations` · `prompt` + `chosen` · `prompt` + `completion` · `instruction`
/// (+ `input`) + `output`|`response`|`answer`|`completion` · `question`|`query` + the same · `text`
///
/// Where `messages` or `conversations` do not end with the assistant's turn, `chosen` beside them is
/// that turn. A member that is null counts as absent. `fields` replaces the detection.
package struct ExampleDecoder: Sendable {
  /// Where prompt and response stand, when the shape is not to be detected.
  package struct FieldMap: Hashable, Sendable {
    package var prompt: [JSONPointer]
    package var response: [JSONPointer]

    package init(prompt: [JSONPointer], response: [JSONPointer]) {
      self.prompt = prompt
      self.response = response
    }
  }

  package let fields: FieldMap?
  package let idBytesMaximum: Int

  package init(fields: FieldMap?, idBytesMaximum: Int) {
    self.fields = fields
    self.idBytesMaximum = idBytesMaximum
  }

  /// The `id` member alone; nil if there is none.
  package func id(of value: JSONValue) throws(InputError) -> ExampleID? {
    guard let id = present(value, Self.id) else { return nil }
    return try ExampleID(id, at: Self.id.pointer, bytesMaximum: idBytesMaximum)
  }

  /// - Parameter givenID: the name to use instead of the `id` member.
  /// - Complexity: O(bytes of the example).
  package func decode(
    _ value: JSONValue, givenID: ExampleID? = nil
  ) throws(InputError) -> Example {
    guard value.kind == .object else {
      throw InputError(
        .invalidExample, "an example is an object, not \(value.kind.description)")
    }
    let id: ExampleID?
    if let givenID { id = givenID } else { id = try self.id(of: value) }
    var builder = ExampleBuilder(capacity: value.byteRange.count)
    if let fields {
      try decode(value, by: fields, &builder)
    } else {
      try detect(value, &builder)
    }
    return Example(source: value, id: id, fields: builder.fields, arena: builder.arena)
  }

  // MARK: Shapes

  /// A member that is looked for, with its place made once for all examples.
  private struct Member: Sendable {
    let name: StaticString
    let pointer: JSONPointer

    init(_ name: StaticString) {
      self.name = name
      pointer = JSONPointer.root.appending("\(name)")
    }
  }

  private static let id = Member("id")
  private static let lists = [Member("messages"), Member("conversations")]
  private static let chosen = Member("chosen")
  private static let prompt = Member("prompt")
  private static let completion = Member("completion")
  private static let instruction = Member("instruction")
  private static let input = Member("input")
  private static let answers = [Member("output"), Member("response"), Member("answer"), completion]
  private static let questions = [Member("question"), Member("query")]
  private static let text = Member("text")

  private func detect(_ value: JSONValue, _ builder: inout ExampleBuilder) throws(InputError) {
    for member in Self.lists {
      guard let messages = present(value, member) else { continue }
      try builder.messages(messages, at: member.pointer)
      // Preference sets keep the answer apart from the turns before it.
      if builder.awaitsResponse, let chosen = present(value, Self.chosen) {
        try builder.content(chosen, .response, at: Self.chosen.pointer)
      }
      return
    }
    if let prompt = present(value, Self.prompt) {
      let place = Self.prompt.pointer
      if let chosen = present(value, Self.chosen) {
        try builder.content(prompt, .prompt, at: place)
        return try builder.content(chosen, .response, at: Self.chosen.pointer)
      }
      if let completion = present(value, Self.completion) {
        // The two are put together as they are: white space at their ends belongs to the text.
        try builder.content(prompt, .prompt, at: place, keepsEnds: true)
        return try builder.content(
          completion, .response, at: Self.completion.pointer, keepsEnds: true)
      }
    }
    if let instruction = present(value, Self.instruction), let answer = answer(value) {
      try builder.string(instruction, .prompt, at: Self.instruction.pointer)
      if let input = present(value, Self.input) {
        try builder.string(input, .prompt, at: Self.input.pointer)
      }
      return try builder.string(answer.value, .response, at: answer.pointer)
    }
    for member in Self.questions {
      if let question = present(value, member), let answer = answer(value) {
        try builder.string(question, .prompt, at: member.pointer)
        return try builder.string(answer.value, .response, at: answer.pointer)
      }
    }
    if let text = present(value, Self.text) {
      return try builder.string(text, .document, at: Self.text.pointer)
    }
    throw unknownShape(value)
  }

  private func present(_ value: JSONValue, _ member: Member) -> JSONValue? {
    value[member.name].flatMap { $0.isNull ? nil : $0 }
  }

  private func answer(_ value: JSONValue) -> (value: JSONValue, pointer: JSONPointer)? {
    for member in Self.answers {
      if let answer = present(value, member) { return (answer, member.pointer) }
    }
    return nil
  }

  private func unknownShape(_ value: JSONValue) -> InputError {
    var names = value.members.prefix(8).map { "\"\($0.name)\"" }
    if names.isEmpty { names = ["nothing"] }
    return InputError(
      .invalidExample,
      "no known shape: it has \(names.joined(separator: ", ")); wanted are messages, "
        + "conversations, prompt and chosen or completion, instruction and output, question and "
        + "answer, or text")
  }

  private func decode(
    _ value: JSONValue, by map: FieldMap, _ builder: inout ExampleBuilder
  ) throws(InputError) {
    var found = 0
    for (pointers, role) in [(map.prompt, TextField.Role.prompt), (map.response, .response)] {
      for pointer in pointers {
        guard let field = value.value(at: pointer), !field.isNull else { continue }
        if role == .response { found += 1 }
        try builder.content(field, role, at: pointer)
      }
    }
    guard found > 0 else {
      let wanted = map.response.map(\.description).joined(separator: ", ")
      throw InputError(.invalidExample, "none of the response fields is there: \(wanted)")
    }
  }
}
