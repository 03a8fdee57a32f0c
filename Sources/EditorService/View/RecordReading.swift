internal import Curation
internal import JSON
internal import Scoring
internal import Shingling

/// Everything about a record that depends on nothing but its bytes and the settings. A value: it may be
/// made on any thread.
struct RecordReading: Sendable {
  var summary: RecordSummary
  /// What the index needs; nil where the record has no text to compare.
  var prepared: Prepared?

  static func plain(_ kind: RecordSummary.Kind, _ findings: [Finding] = []) -> RecordReading {
    RecordReading(
      summary: RecordSummary(kind: kind, findings: findings, score: nil, tokens: 0, tokensCut: 0))
  }
}

/// Reads records. Keeps scratch memory: one a thread.
struct RecordReader {
  private let parser: JSONParser
  private let decoder: ExampleDecoder
  private var curator: Curator
  private let policy: Policy
  private let minimumScore: Int?
  private let perplexity: PerplexityBand

  init(_ criteria: Criteria) {
    parser = JSONParser(depthLimit: criteria.nestingMaximum)
    decoder = ExampleDecoder(
      fields: criteria.settings.fields, idBytesMaximum: criteria.idBytesMaximum)
    curator = Curator(
      settings: criteria.settings, looksForReferences: criteria.looksForReferences)
    policy = Policy(criteria.settings)
    minimumScore = criteria.settings.minimumScore
    perplexity = criteria.settings.perplexity
  }

  /// - Parameter content: without the end of the line.
  /// - Complexity: O(bytes).
  mutating func read(_ content: ArraySlice<UInt8>) -> RecordReading {
    // A byte order mark belongs to the file, and spaces say nothing.
    let hasMark = content.starts(with: [0xEF, 0xBB, 0xBF])
    let shift = hasMark ? 3 : 0
    let body = Array(content.dropFirst(shift))
    guard body.contains(where: { $0 > 0x20 }) else { return .plain(.blank) }
    let root: JSONValue
    do throws(JSONError) {
      root = try parser.parse(body).root
    } catch {
      let start = min(error.offset, body.count - 1) + shift
      let message = "not JSON: \(error.reason.rawValue) (byte \(error.offset + shift + 1))"
      return .plain(.unusable, [Finding(.invalidJSON, start..<content.count, message)])
    }
    if let mark = root["thresher"], mark.kind == .string, mark.rawText == "\"ignore\"" {
      guard let example = try? decoder.decode(root) else { return .plain(.ignored) }
      var reading = read(example, shift)
      reading.summary = RecordSummary(
        kind: .ignored, findings: [], score: reading.summary.score,
        tokens: reading.summary.tokens, tokensCut: 0)
      return reading
    }
    do throws(InputError) {
      return read(try decoder.decode(root), shift)
    } catch {
      let place = (Self.nearest(to: error.pointer, in: root) ?? root).byteRange
      let range = (place.lowerBound + shift)..<(place.upperBound + shift)
      let path = error.pointer.description
      let message = "no example: \(error.message)" + (path.isEmpty ? "" : " (at \(path))")
      return .plain(.unusable, [Finding(.notAnExample, range, message)])
    }
  }

  /// The value at a pointer, or the one that would hold it.
  private static func nearest(to pointer: JSONPointer, in root: JSONValue) -> JSONValue? {
    var found = root
    var place = JSONPointer.root
    for name in pointer.components {
      place = place.appending(name)
      guard let value = root.value(at: place) else { return found }
      found = value
    }
    return found
  }

  /// Everything, for a hover.
  mutating func prepare(_ content: ArraySlice<UInt8>) -> Prepared? {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let body = Array(content.starts(with: mark) ? content.dropFirst(3) : content)
    guard let root = try? parser.parse(body).root, let example = try? decoder.decode(root) else {
      return nil
    }
    return curator.prepare(example, .full)
  }

  private mutating func read(_ example: Example, _ shift: Int) -> RecordReading {
    let prepared = curator.prepare(example, .full)
    let root = example.source.byteRange
    let whole = (root.lowerBound + shift)..<(root.upperBound + shift)
    var findings: [Finding] = []
    let quality = prepared.quality
    let signals = quality?.score.signals
    let reasons = policy.reasons(
      isExact: false, isNear: false, score: quality?.score.hundredths,
      perplexity: signals?.perplexity, isEmpty: prepared.isEmpty)
    if reasons.contains(.empty) { findings.append(Finding(.empty, whole, "the response is empty")) }
    if reasons.contains(.lowScore), let quality, let score = quality.score.hundredths {
      findings.append(
        Finding(
          .lowScore, whole, Messages.lowScore(quality.score, minimum: minimumScore ?? 0),
          rank: Rank.ofScore(score), number: score))
    }
    if reasons.contains(.lowPerplexity) {
      findings.append(
        Finding(.lowPerplexity, whole, Messages.perplexity(signals, below: perplexity.minimum)))
    }
    if reasons.contains(.highPerplexity) {
      findings.append(
        Finding(.highPerplexity, whole, Messages.perplexity(signals, above: perplexity.maximum)))
    }
    if let quality { findings += Fluff.findings(quality, example, shift) }
    let cut = (quality?.tokensBefore ?? 0) - (quality?.tokensAfter ?? 0)
    return RecordReading(
      summary: RecordSummary(
        kind: .example, findings: findings, score: quality?.score.hundredths,
        tokens: quality?.tokensBefore ?? 0, tokensCut: cut),
      prepared: prepared)
  }
}

/// What records are judged by: a value for the threads that do it.
struct Criteria: Sendable {
  var settings = Settings()
  var looksForReferences = false
  let nestingMaximum: Int
  let idBytesMaximum: Int
}
