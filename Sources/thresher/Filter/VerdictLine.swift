internal import CorpusService
internal import Curation
internal import JSON

/// Verdicts as lines of a file: as on the wire, and where the example stands.
enum VerdictLine {
  static func line(_ judged: JudgedRow, file: String, line: Int, withTrimmed: Bool) -> [UInt8] {
    var writer = JSONWriter(reserving: judged.verdict.count + 64)
    // The verdict without its last brace, continued.
    writer.raw(judged.verdict.span.extracting(droppingLast: 1))
    writer.key("source")
    writer.object { writer in
      writer.key("file")
      writer.string(file)
      writer.key("line")
      writer.integer(line)
    }
    if withTrimmed, let trimmed = judged.trimmed {
      writer.key("trimmed")
      writer.raw(OneLine.of(trimmed).span)
    }
    writer.endObject()
    return writer.take() + [0x0A]
  }

  static func unusable(_ error: InputError, _ id: ExampleID, _ writer: inout JSONWriter) {
    VerdictWriter.write(error, id: id, to: &writer)
  }
}

/// JSON on one line. Elements of a `.json` array may stand on several.
enum OneLine {
  /// The bytes themselves where there is no line end among them; else without the white space
  /// between values. Valid JSON has raw line ends nowhere else.
  static func of(_ json: [UInt8]) -> [UInt8] {
    guard json.contains(where: { $0 == 0x0A || $0 == 0x0D }) else { return json }
    var output: [UInt8] = []
    output.reserveCapacity(json.count)
    var isInString = false
    var isEscaped = false
    for byte in json {
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
      } else if isBlank(byte) {
        continue
      } else if byte == UInt8(ascii: "\"") {
        isInString = true
      }
      output.append(byte)
    }
    return output
  }
}
