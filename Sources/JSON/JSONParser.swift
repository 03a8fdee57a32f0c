internal import CSimdjson

/// Turns bytes into `JSONDocument`s. simdjson's stage 1 checks UTF-8 and finds the structural
/// offsets; the walk in `JSONWalk` checks the grammar (RFC 8259) between them.
///
/// Why not simdjson's own second stages: its DOM refuses a whole message for one big number and
/// keeps no offsets; its on-demand front accepts invalid JSON that it skips.
/// Keeps its scratch memory; one user at a time.
package final class JSONParser {
  private var indexer: OpaquePointer
  private let depthLimit: Int
  /// Stage 1 reserves four bytes of offsets a byte of text; memory for a rare large text is given
  /// back after it.
  private static let keptTextBytesMaximum = 4 << 20

  package init(depthLimit: Int = 128) {
    self.depthLimit = depthLimit
    indexer = Self.makeIndexer()
  }

  deinit { thresher_json_indexer_destroy(indexer) }

  private static func makeIndexer() -> OpaquePointer {
    guard let indexer = thresher_json_indexer_create() else {
      preconditionFailure("no memory for a JSON parser")
    }
    return indexer
  }

  /// Parses one JSON text with optional white space around it.
  /// - Complexity: O(bytes).
  package func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONDocument {
    guard bytes.count < Int(UInt32.max) else { throw JSONError(.tooLong, at: Int(UInt32.max)) }
    var nodes: [Node] = []
    let outcome: Result<Void, JSONError> = bytes.withUnsafeBufferPointer { source in
      Result { () throws(JSONError) in try index(source, into: &nodes) }
    }
    if bytes.count > Self.keptTextBytesMaximum {
      thresher_json_indexer_destroy(indexer)
      indexer = Self.makeIndexer()
    }
    try outcome.get()
    return JSONDocument(bytes: bytes, nodes: nodes)
  }

  private func index(
    _ source: UnsafeBufferPointer<UInt8>, into nodes: inout [Node]
  ) throws(JSONError) {
    guard let base = source.baseAddress, source.count > 0 else { throw JSONError(.empty, at: 0) }
    let status = thresher_json_index(indexer, base, source.count)
    guard status == THRESHER_JSON_OK, let offsets = thresher_json_offsets(indexer) else {
      throw JSONDiagnosis.explain(status: Int(status), source)
    }
    let count = thresher_json_offset_count(indexer)
    nodes.reserveCapacity(count / 2 + 1)
    var walk = JSONWalk(
      source: source, offsets: UnsafeBufferPointer(start: offsets, count: count),
      depthLimit: depthLimit)
    try walk.run(into: &nodes)
  }
}
