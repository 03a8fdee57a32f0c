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
    switch (examples, path) {
    case (let examples?, nil):
      let most = limits.examplesPerRequest
      guard examples.elements.prefix(most + 1).reduce(0, { count, _ in count + 1 }) <= most else {
        throw RPCError(
          .limitExceeded, "a request may have \(most) examples", at: pointer.appending("examples"),
          limit: "examplesPerRequest")
      }
      return ReferencesWork(
        corpus: try corpus(corpusName), name: name, items: Array(examples.elements), limits: limits)
    case (nil, let path?):
      let fields: [ReferenceField]
      do throws(InputError) {
        fields = try fileAccess(of: request.peer)
          .load(.references, path, at: pointer.appending("path")).value
      } catch {
        throw RPCError(error)
      }
      return ReferencesWork(
        corpus: try corpus(corpusName), name: name, fields: fields, limits: limits)
    case (nil, nil): throw params.missing("examples")
    case (_?, _?):
      throw RPCError(
        .invalidParams, "either examples or path, not both", at: pointer.appending("path"))
    }
  }
}

/// Reads the items, adds their fields at once, and looks for them in what is kept already, a slice at a
/// time.
private struct ReferencesWork: Work {
  /// Kept examples that are looked at in the time of one new one.
  private static let examplesPerStep = 32

  private let corpus: HostedCorpus
  private let name: String
  private let items: [JSONValue]
  private let fieldsMaximum: Int
  private var reader: ReferenceReader
  private var fields: [ReferenceField]
  private var nextItem = 0
  private var probe: ReferenceProbe?
  private var nextOrdinal = 0
  private var lastOrdinal = 0
  private var hits: [ExampleID] = []

  init(
    corpus: HostedCorpus, name: String, items: [JSONValue] = [], fields: [ReferenceField] = [],
    limits: Limits
  ) {
    (self.corpus, self.name, self.items, self.fields) = (corpus, name, items, fields)
    fieldsMaximum = limits.references
    reader = ReferenceReader(idBytesMaximum: limits.exampleIDBytes)
  }

  var hasCommitted: Bool { probe != nil }

  mutating func advance(
    budget: inout Int, _ answer: inout JSONWriter
  ) throws(RPCError) -> Bool {
    while budget > 0 {
      budget -= 1
      if nextItem < items.count {
        try read()
      } else if let probe {
        guard nextOrdinal < lastOrdinal else {
          write(&answer)
          return true
        }
        let end = min(nextOrdinal + Self.examplesPerStep, lastOrdinal)
        hits += corpus.corpus.contaminated(by: probe, among: nextOrdinal..<end)
        nextOrdinal = end
      } else {
        try load()
      }
    }
    return false
  }

  private mutating func read() throws(RPCError) {
    do throws(InputError) {
      fields += try reader.fields(of: items[nextItem], place: nextItem + 1)
    } catch {
      throw RPCError(
        error, below: JSONPointer.root.appending("examples").appending(nextItem))
    }
    nextItem += 1
  }

  private mutating func load() throws(RPCError) {
    guard corpus.corpus.referenceCount + fields.count <= fieldsMaximum else {
      throw RPCError(
        .limitExceeded, "a corpus may have \(fieldsMaximum) reference fields", limit: "references")
    }
    probe = corpus.addReferences(fields, of: name)
    lastOrdinal = corpus.corpus.ordinalCount
  }

  private func write(_ answer: inout JSONWriter) {
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
