internal import Curation
internal import JSON
internal import Trimming

/// The trimmer's edits as places in the record's own bytes.
enum Fluff {
  /// - Parameter shift: bytes of the record before its JSON.
  /// - Complexity: O(bytes of the texts that have some).
  static func findings(_ quality: Quality, _ example: Example, _ shift: Int) -> [Finding] {
    var findings: [Finding] = []
    for cut in quality.edits {
      guard let source = example.fields[cut.field].sourceRange else { continue }
      let body = (source.lowerBound + 1)..<(source.upperBound - 1)
      let places = JSONString.places(
        of: cut.edits.map { $0.start..<$0.end }, in: example.source.document.bytes[body])
      for (edit, place) in zip(cut.edits, places) {
        findings.append(
          Finding(
            .fluff, (place.lowerBound + shift)..<(place.upperBound + shift),
            Messages.fluff(edit.kind), number: EditKind.allCases.firstIndex(of: edit.kind) ?? 0))
      }
    }
    return findings
  }
}
