internal import JSON
internal import JSONRPC

/// Messages to the client, in the order in which they are to go.
struct Outbox {
  private var messages: [[UInt8]] = []
  private var lastRequest = 0
  /// Requests that wait for the client's answer, and what is to be done with it.
  private var awaited: [RequestID: (JSONValue?) -> Void] = [:]

  var isEmpty: Bool { messages.isEmpty }

  mutating func take() -> [[UInt8]] {
    defer { messages = [] }
    return messages
  }

  mutating func notify(_ method: String, _ params: (inout JSONWriter) -> Void) {
    var writer = JSONWriter()
    begin(&writer)
    writer.key("method")
    writer.string(method)
    writer.key("params")
    writer.object(params)
    writer.endObject()
    messages.append(writer.take())
  }

  /// Asks the client for something that it said it can do.
  mutating func ask(
    _ method: String, _ params: ((inout JSONWriter) -> Void)? = nil,
    then: @escaping (JSONValue?) -> Void = { _ in }
  ) {
    lastRequest += 1
    var writer = JSONWriter()
    begin(&writer)
    writer.key("id")
    writer.string("thresher/\(lastRequest)")
    writer.key("method")
    writer.string(method)
    if let params {
      writer.key("params")
      writer.object(params)
    }
    writer.endObject()
    messages.append(writer.take())
    awaited[RequestID(raw: Array("\"thresher/\(lastRequest)\"".utf8))] = then
  }

  /// What waits for the answer to one of our requests.
  mutating func takeAwaited(_ id: RequestID) -> ((JSONValue?) -> Void)? {
    awaited.removeValue(forKey: id)
  }

  /// Answers a request that had to wait.
  mutating func respond(_ id: RequestID, _ result: (inout JSONWriter) -> Void) {
    var writer = JSONWriter()
    Envelope.beginResult(id: id, &writer)
    result(&writer)
    Envelope.end(&writer)
    messages.append(writer.take())
  }

  mutating func fail(_ id: RequestID, _ error: RPCError) {
    var writer = JSONWriter()
    Envelope.error(error, id: id, &writer)
    messages.append(writer.take())
  }

  private func begin(_ writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("jsonrpc")
    writer.string("2.0")
  }
}
