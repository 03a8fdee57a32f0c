internal import Curation
internal import JSON
internal import JSONRPC

/// The texts of a file: of its examples where the first character is a bracket or a brace, else its
/// lines.
struct TextFile {
  private let path: String
  private let source: ByteSource
  private var start: [UInt8] = []
  private var reader: ExampleFile?
  private var hasEnded = false

  init(path: String, fields: ExampleDecoder.FieldMap?) throws {
    self.path = path
    source = try ByteSource(path: path)
    while !start.contains(where: { !isBlank($0) }), try source.read(into: &start) {}
    let first = start.first { !isBlank($0) }
    guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return }
    reader = ExampleFile(source: source, start: start, fields: fields)
    start = []
  }

  /// Some lines, or the texts of one example; nil at the end.
  mutating func next() throws -> [UInt8]? {
    if reader != nil {
      guard let example = try reader?.next() else { return nil }
      var text: [UInt8] = []
      for field in example.fields where field.role != .system {
        text.append(contentsOf: example.arena[field.range])
        text.append(0x0A)
      }
      return text
    }
    while !hasEnded {
      try Interruption.check()
      if let end = start.lastIndex(of: 0x0A) {
        let text = Array(start[...end])
        start.removeFirst(end + 1)
        return text
      }
      hasEnded = try !source.read(into: &start)
    }
    defer { start = [] }
    return start.isEmpty ? nil : start
  }
}

/// The examples of a file. One that cannot be used ends the run: a model from half of a file would
/// be a surprise.
struct ExampleFile {
  private let name: String
  private var reader: RecordReader
  private let parser = JSONParser()
  private let decoder: ExampleDecoder

  init(source: ByteSource, start: [UInt8] = [], fields: ExampleDecoder.FieldMap?) {
    name = source.name
    let limits = Limits()
    reader = RecordReader(
      source: source, recordBytesMaximum: limits.messageBytes, start: start)
    decoder = ExampleDecoder(fields: fields, idBytesMaximum: limits.exampleIDBytes)
  }

  mutating func next() throws -> Example? {
    try Interruption.check()
    guard let record = try reader.next() else { return nil }
    if let problem = record.problem { throw Failure("\(name):\(record.line): \(problem)") }
    do {
      return try decoder.decode(try parser.parse(record.bytes).root)
    } catch let error as JSONError {
      throw Failure("\(name):\(record.line): not JSON: \(error.message)")
    } catch let error as InputError {
      throw Failure("\(name):\(record.line): \(LocalJudge.describe(error))")
    }
  }
}
