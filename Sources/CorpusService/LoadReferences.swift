internal import Curation
internal import Indexing
internal import JSON
internal import JSONRPC
internal import Serving

extension CorpusService {
  /// `references/load`: texts that must not occur in the corpus.
  func loadReferences(_ request: Request) throws(RPCError) -> any Work {
    var params = try Params(request.params)
    let corpusName = try params.string("corpus")
    guard let name = try params.string("name") else { throw params.missing("name") }
    let examples = try params.array("examples")
    let path = params.value("path")
    try params.finish()
    let pointer = JSONPointer.root
    guard (1...256).contains(name.utf8.count) else {
      throw RPCError(
        .invalidParams, "a reference set's name has 1 to 256 bytes", at: pointer.appending("name"))
    }
    let source: ReferencesWork.Source
    switch (examples, path) {
    case (let examples?, nil): source = try items(elements(of: examples, at: "examples"))
    case (nil, let path?):
      do throws(InputError) {
        source = try fileAccess(of: request.peer)
          .loader(.references, path, at: pointer.appending("path"))
      } catch {
        throw RPCError(error)
      }
    case (nil, nil): throw params.missing("examples")
    case (_?, _?):
      throw RPCError(
        .invalidParams, "either examples or path, not both", at: pointer.appending("path"))
    }
    let most = limits.references
    return try work(on: corpusName, .admits) { hosted in
      ReferencesWork(corpus: hosted, name: name, source: source, fieldsMaximum: most)
    }
  }

  private func items(_ items: [JSONValue]) -> ReferencesWork.Source {
    let idBytesMaximum = limits.exampleIDBytes
    return {
      guard let first = items.first else { return .success([]) }
      var reader = ReferenceReader(idBytesMaximum: idBytesMaximum)
      var fields: [ReferenceField] = []
      let own = first.detached
      for (index, item) in items.enumerated() {
        do throws(InputError) {
          fields += try reader.fields(of: item.attached(to: own), place: index + 1)
        } catch {
          let place = JSONPointer.root.appending("examples").appending(index)
          return .failure(
            InputError(
              error.kind, error.message, at: place.appending(error.pointer), limit: error.limit))
        }
      }
      return .success(fields)
    }
  }
}

/// Reads the items, on another thread where there is one; then adds their fields and looks for them in
/// what is kept already, some at a time.
private struct ReferencesWork: Work {
  /// Reads everything; an error means that nothing was added.
  typealias Source = @Sendable () -> Result<[ReferenceField], InputError>

  /// Kept examples that are looked at in the time of one new one.
  private static let examplesPerStep = 16
  /// Fields whose hashes are counted in that time.
  private static let notesPerStep = 64

  private let corpus: HostedCorpus
  private let name: String
  private let source: Source
  private let fieldsMaximum: Int
  private var isReading = false
  /// What was read; nil before.
  private var fields: [ReferenceField]?
  private var failure: InputError?
  private var notedCount = 0
  private var addedCount = 0
  private var probe = ReferenceProbe()
  private var nextOrdinal = 0
  /// Of the first example that had all of the fields before it; nil as long as some are missing.
  private var lastOrdinal: Int?
  private var hits: [ExampleID] = []

  init(corpus: HostedCorpus, name: String, source: @escaping Source, fieldsMaximum: Int) {
    (self.corpus, self.name, self.source) = (corpus, name, source)
    self.fieldsMaximum = fieldsMaximum
  }

  var hasCommitted: Bool { addedCount > 0 }

  // MARK: Reading

  mutating func takeJobs() -> [Job] {
    isReading = true
    return [Job { [source] in source() }]
  }

  mutating func accept(_ result: any Sendable, of job: Int) {
    isReading = false
    if let result = result as? Result<[ReferenceField], InputError> { take(result) }
  }

  var isWaiting: Bool { isReading }

  private mutating func take(_ result: Result<[ReferenceField], InputError>) {
    switch result {
    case .success(let read): fields = read
    case .failure(let error): failure = error
    }
  }

  // MARK: Adding

  mutating func advance(
    budget: inout Int, _ answer: inout JSONWriter
  ) throws(RPCError) -> Bool {
    if fields == nil, failure == nil { take(source()) }
    if let failure { throw RPCError(failure) }
    guard let fields else { return false }
    while budget > 0 {
      budget -= 1
      if notedCount < fields.count {
        if notedCount == 0 { try checkLimit(fields) }
        let end = min(notedCount + Self.notesPerStep, fields.count)
        for field in fields[notedCount..<end] { corpus.corpus.noteReference(field) }
        notedCount = end
      } else if addedCount < fields.count {
        let field = fields[addedCount]
        addedCount += 1
        if field.isUsable { corpus.addReference(field, of: name, &probe) }
      } else if nextOrdinal < (lastOrdinal ?? corpus.corpus.ordinalCount) {
        let last = lastOrdinal ?? corpus.corpus.ordinalCount
        lastOrdinal = last
        let end = min(nextOrdinal + Self.examplesPerStep, last)
        hits += corpus.corpus.contaminated(by: probe, among: nextOrdinal..<end)
        nextOrdinal = end
      } else {
        write(fields, &answer)
        return true
      }
    }
    return false
  }

  private func checkLimit(_ fields: [ReferenceField]) throws(RPCError) {
    guard corpus.corpus.referenceCount + fields.count <= fieldsMaximum else {
      throw RPCError(
        .limitExceeded, "a corpus may have \(fieldsMaximum) reference fields", limit: "references")
    }
  }

  private func write(_ fields: [ReferenceField], _ answer: inout JSONWriter) {
    let loaded = fields.count(where: \.isUsable)
    answer.object { writer in
      writer.key("loaded")
      writer.integer(loaded)
      writer.key("skipped")
      writer.integer(fields.count - loaded)
      writer.key("hits")
      writer.array { writer in for id in hits { id.write(to: &writer) } }
    }
  }
}
