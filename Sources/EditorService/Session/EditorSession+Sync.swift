internal import Curation
internal import JSON

extension EditorSession {
  // MARK: Opening and closing

  func didOpen(_ params: JSONValue?) {
    guard let item = params?["textDocument"], let uri = Self.uri(item) else { return }
    forget(uri)
    let text = Self.text(item["text"])
    let language = item["languageId"].flatMap { try? $0.string() } ?? ""
    open(uri, text, version: item["version"]?.integer, language: language, isOpen: true)
  }

  /// Makes a document of a text.
  func open(_ uri: String, _ text: [UInt8], version: Int?, language: String, isOpen: Bool) {
    // A `.json` file that is no array has no records that we know of.
    let isJSON = uri.hasSuffix(".json") || language == "json"
    let isArray = isJSON && !uri.hasSuffix(".jsonl")
    let document = Document(uri: uri, isArray: isArray, version: version, isOpen: isOpen)
    documents[uri] = document
    rankDocuments()
    document.isDirty = false
    noteDirty(document)
    change(document, 0..<0, to: document.makeLines(text))
    catchUp()
  }

  func didClose(_ params: JSONValue?) {
    guard let uri = Self.uri(params?["textDocument"]), let document = documents[uri] else { return }
    forget(uri)
    if !document.published.isEmpty { publish([], of: uri, version: nil) }
    publishDirty()
    // The workspace still has it.
    if options.readsWorkspace { readFile(uri) }
  }

  func didSave(_ params: JSONValue?) {
    guard corpus != nil, let uri = Self.uri(params?["textDocument"]), let document = documents[uri]
    else { return }
    // The corpus goes on meanwhile; what it has is looked up again.
    readAgain(document)
  }

  /// Takes a document out with all its records.
  func forget(_ uri: String) {
    guard let document = documents.removeValue(forKey: uri) else { return }
    for chunk in document.records.chunks { for record in chunk.records { retire(record) } }
    view.settle()
    noteMoved(uri)
    dirty.removeAll { $0 === document }
    // Nobody waits for a document that is gone.
    document.isDirty = true
    rankDocuments()
  }

  /// Documents are in the order of their URIs' bytes, whichever was opened first.
  private func rankDocuments() {
    let ordered = documents.values.sorted { $0.uri.utf8.lexicographicallyPrecedes($1.uri.utf8) }
    for (rank, document) in ordered.enumerated() {
      document.records.rank = rank
    }
  }

  // MARK: Changing

  func didChange(_ params: JSONValue?) {
    guard let item = params?["textDocument"], let uri = Self.uri(item),
      let document = documents[uri], document.isOpen
    else { return }
    document.version = item["version"]?.integer ?? document.version
    noteDirty(document)
    for change in params?["contentChanges"]?.elements.map({ $0 }) ?? [] {
      let text = Self.text(change["text"])
      if let range = TextRange(change["range"]) {
        if changeElement(of: document, range, text) { continue }
        let (lines, new) = document.plan(range, text, encoding)
        self.change(document, lines, to: new)
      } else {
        self.change(document, 0..<document.text.count, to: document.makeLines(text))
      }
    }
  }

  /// Puts lines in the places of others.
  func change(_ document: Document, _ range: Range<Int>, to lines: [Record]) {
    if range.count != lines.count { noteMoved(document.uri) }
    guard document.lines == nil else {
      document.text.replace(range, with: lines)
      document.needsParsing = true
      return
    }
    replace(range, of: document.records, with: lines)
  }

  /// Puts records in the places of others, keeping those that stay as they are.
  func replace(_ range: Range<Int>, of list: RecordList, with records: [Record]) {
    var old: [Record] = []
    list.forEach(in: range) { old.append($0) }
    let merged = Self.keeping(old, in: records)
    let kept = Set(merged.filter(\.isPlaced).map(ObjectIdentifier.init))
    if old.count == 1, records.count == 1 { view.beginReplacing() }
    for record in old where !kept.contains(ObjectIdentifier(record)) { retire(record) }
    list.replace(range, with: merged)
    admit(merged.filter { !$0.isPlaced })
    for record in merged { record.isPlaced = true }
    view.settle()
  }

  /// The new records, with old ones of the same bytes in the places of their likes; the old ones that
  /// stay keep their order.
  /// - Complexity: O(bytes of both).
  private static func keeping(_ old: [Record], in new: [Record]) -> [Record] {
    guard old.count > 1 || new.count > 1, !old.isEmpty else { return new }
    var merged = new
    var (low, high) = (0, 0)
    let shared = min(old.count, new.count)
    while low < shared, old[low].bytes == new[low].bytes {
      merged[low] = old[low]
      low += 1
    }
    while high < shared - low, old[old.count - 1 - high].bytes == new[new.count - 1 - high].bytes {
      merged[new.count - 1 - high] = old[old.count - 1 - high]
      high += 1
    }
    let middle = low..<(old.count - high)
    guard middle.count > 1, new.count - high > low else { return merged }
    // In between: each new record takes the next old one of its like.
    var places: [ArraySlice<UInt8>: [Int]] = [:]
    for index in middle.reversed() { places[old[index].bytes[...], default: []].append(index) }
    var next = low
    for index in low..<(new.count - high) {
      let bytes = new[index].bytes[...]
      while let place = places[bytes]?.last, place < next { places[bytes]?.removeLast() }
      guard let place = places[bytes]?.popLast() else { continue }
      merged[index] = old[place]
      next = place + 1
    }
    return merged
  }

  /// Those whose diagnostics lead to a document have to say other lines.
  func noteMoved(_ uri: String) {
    for document in documents.values where document.refersTo.contains(uri) { noteDirty(document) }
  }

  // MARK: Pieces

  static func uri(_ item: JSONValue?) -> String? {
    guard let uri = item?["uri"], uri.kind == .string else { return nil }
    return try? uri.string()
  }

  /// A string's text, also where it holds half of a surrogate pair.
  static func text(_ value: JSONValue?) -> [UInt8] {
    guard let value, value.kind == .string else { return [] }
    if let text = try? value.utf8() { return text }
    return JSONString.text(of: value.rawBytes.dropFirst().dropLast())
  }
}
