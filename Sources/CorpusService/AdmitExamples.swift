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
    let elements = try elements(of: examples, at: "examples")
    return try work(on: name, admits ? .admits : .reads) { hosted in
      ExamplesWork(corpus: hosted, examples: elements, options: options, admits: admits)
    }
  }

  private enum UnknownID: String, CaseIterable { case admit, error }
}

/// A request's examples, judged one after another; each is committed before the next is looked at.
/// With workers they are prepared in slices on other threads.
private struct ExamplesWork: Work {
  /// Examples of one job: some hundred microseconds of work.
  private static let sliceCount = 64
  /// Fewer examples are not worth the way to another thread and back.
  private static let jobsMinimum = 16

  private let corpus: HostedCorpus
  private let examples: [JSONValue]
  private let options: Corpus.Options
  private let admits: Bool
  private var position = 0
  /// Results of jobs by slice; empty where there are no jobs.
  private var slices: [[HostedCorpus.Preparation]?] = []
  /// The example after the one that is judged, ready before it, so that the memory has time to bring what
  /// it needs; nil at the end, and where its job is not done.
  private var next: HostedCorpus.Preparation?

  init(corpus: HostedCorpus, examples: [JSONValue], options: Corpus.Options, admits: Bool) {
    self.corpus = corpus
    self.examples = examples
    self.options = options
    self.admits = admits
  }

  var hasCommitted: Bool { admits && position > 0 }

  mutating func takeJobs() -> [Job] {
    guard examples.count >= Self.jobsMinimum else { return [] }
    let prepare = corpus.preparer(options.detail)
    let jobs = stride(from: 0, to: examples.count, by: Self.sliceCount).map { start in
      let slice = examples[start..<min(start + Self.sliceCount, examples.count)]
      return Job { prepare(slice) }
    }
    slices = Array(repeating: nil, count: jobs.count)
    return jobs
  }

  mutating func accept(_ result: any Sendable, of job: Int) {
    slices[job] = result as? [HostedCorpus.Preparation]
  }

  var isWaiting: Bool {
    position < examples.count && !slices.isEmpty && slices[position / Self.sliceCount] == nil
  }

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
      guard position < examples.count else {
        answer.endArray()
        answer.endObject()
        return true
      }
      if isWaiting { return false }
      judge(&answer)
      position += 1
      budget -= 1
    }
    return false
  }

  private mutating func judge(_ answer: inout JSONWriter) {
    let mode: HostedCorpus.Mode = admits ? .admit : .judge(position: position)
    guard let preparation = preparation(at: position) else { return }
    next = position + 1 < examples.count ? self.preparation(at: position + 1) : nil
    corpus.prefetch(next)
    corpus.verdict(on: preparation, mode, options, to: &answer)
    let (slice, offset) = position.quotientAndRemainder(dividingBy: Self.sliceCount)
    if !slices.isEmpty, offset + 1 == slices[slice]?.count { slices[slice] = [] }
  }

  /// An example made ready: by a job, in the step before, or now. Nil where its job is not done.
  private func preparation(at place: Int) -> HostedCorpus.Preparation? {
    guard slices.isEmpty else {
      let (slice, offset) = place.quotientAndRemainder(dividingBy: Self.sliceCount)
      return slices[slice]?[offset]
    }
    if place == position, let next { return next }
    return corpus.preparation(of: examples[place], options.detail)
  }
}
