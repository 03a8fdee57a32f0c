internal import Curation
internal import JSON
internal import JSONRPC
internal import Serving

extension CorpusService {
  /// `examples/retract`: forgets examples, and the decisions that named them as the original.
  func retractExamples(_ request: Request) throws(RPCError) -> any Work {
    var params = try Params(request.params)
    let name = try params.string("corpus")
    guard let list = try params.array("ids") else { throw params.missing("ids") }
    try params.finish()
    // All are read before any is retracted: an error means that nothing was.
    var ids: [ExampleID] = []
    let pointer = JSONPointer.root.appending("ids")
    for (index, value) in try elements(of: list, at: "ids", called: "ids").enumerated() {
      do throws(InputError) {
        ids.append(
          try ExampleID(
            value, at: pointer.appending(index), bytesMaximum: limits.exampleIDBytes))
      } catch {
        throw RPCError(.invalidParams, error.message, at: error.pointer, limit: error.limit)
      }
    }
    return try work(on: name, .changes) { [ids] hosted in
      Answer.object { writer in
        var unknown: [ExampleID] = []
        writer.key("retracted")
        writer.array { writer in
          for id in ids {
            if hosted.corpus.retract(id) { id.write(to: &writer) } else { unknown.append(id) }
          }
        }
        writer.key("unknown")
        writer.array { writer in for id in unknown { id.write(to: &writer) } }
      }
    }
  }
}
