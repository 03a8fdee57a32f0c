internal import Curation
internal import JSON
internal import JSONRPC
internal import Serving

extension CorpusService {
  /// `examples/admit`: judge, and remember what is kept.
  func admitExamples(_ request: Request) throws(RPCError) -> any Work {
    try examples(request, admits: true)
  }

  /// `examples/judge`: the same, and change nothing.
  func judgeExamples(_ request: Request) throws(RPCError) -> any Work {
    try examples(request, admits: false)
  }

  private func examples(_ request: Request, admits: Bool) throws(RPCError) -> any Work {
    var params = try Params(request.params)
    let name = try params.string("corpus")
    guard let examples = try params.array("examples") else { throw params.missing("examples") }
    var options = Corpus.Options()
    options.replaces = try params.bool("replace") ?? false
    options.refusesUnknown = try params.choice("unknown", UnknownID.self) == .error
    options.detail = try params.choice("return", Detail.self) ?? .full
    try params.finish()
    let most = limits.examplesPerRequest
    var count = 0
    for _ in examples.elements {
      count += 1
      guard count <= most else {
        throw RPCError(
          .limitExceeded, "a request may have \(most) examples",
          at: JSONPointer.root.appending("examples"), limit: "examplesPerRequest")
      }
    }
    return ExamplesWork(
      corpus: try corpus(name), examples: examples.elements, options: options, admits: admits)
  }

  private enum UnknownID: String, CaseIterable { case admit, error }
}

/// A request's examples, judged one after another; each is committed before the next is looked at.
private struct ExamplesWork: Work {
  let corpus: HostedCorpus
  var examples: JSONValue.Elements
  let options: Corpus.Options
  let admits: Bool
  private var position = 0

  init(
    corpus: HostedCorpus, examples: JSONValue.Elements, options: Corpus.Options, admits: Bool
  ) {
    self.corpus = corpus
    self.examples = examples
    self.options = options
    self.admits = admits
  }

  var hasCommitted: Bool { admits && position > 0 }

  mutating func advance(
    budget: inout Int, _ answer: inout JSONWriter
  ) throws(RPCError) -> Bool {
    if position == 0 {
      answer.beginObject()
      answer.key("verdicts")
      answer.beginArray()
    }
    budget -= 1
    while budget > 0 || position == 0 {
      guard let example = examples.next() else {
        answer.endArray()
        answer.endObject()
        return true
      }
      corpus.verdict(
        on: example, admits ? .admit : .judge(position: position), options, to: &answer)
      position += 1
      budget -= 1
    }
    return false
  }
}
