internal import Curation
internal import JSON
internal import JSONRPC

/// The `example` or `text` that a request is about.
struct TextSubject {
  private let example: JSONValue
  private let pointer: JSONPointer

  init(_ params: inout Params) throws(RPCError) {
    let example = try params.object("example")
    let text = params.value("text")
    switch (example, text) {
    case (let example?, nil):
      self.example = example
      pointer = JSONPointer.root.appending("example")
    case (nil, let text?):
      guard text.kind == .string else {
        throw RPCError(
          .invalidParams, "text must be a string, not \(text.kind.description)",
          at: JSONPointer.root.appending("text"))
      }
      // Wrapped into the shape of a document, so that there is one way through the code.
      var writer = JSONWriter()
      writer.object { writer in
        writer.key("text")
        writer.raw(text.rawBytes.span)
      }
      do throws(JSONError) {
        self.example = try JSONParser().parse(writer.take()).root
      } catch {
        throw RPCError(.internalError, "a text that was read cannot be read again")
      }
      pointer = .root
    case (nil, nil): throw params.missing("example")
    case (_?, _?):
      throw RPCError(
        .invalidParams, "either example or text, not both", at: JSONPointer.root.appending("text"))
    }
  }

  func prepare(_ hosted: HostedCorpus, _ detail: Detail) throws(RPCError) -> Prepared {
    do throws(InputError) {
      return try hosted.prepare(example, detail)
    } catch {
      throw RPCError(
        .invalidParams, error.message, at: pointer.appending(error.pointer), limit: error.limit)
    }
  }
}
