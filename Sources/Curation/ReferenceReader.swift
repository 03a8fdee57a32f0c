internal import Indexing
package import JSON
internal import Shingling

/// A field of a reference: prompt and answer of an item are fields of their own.
package struct ReferenceField: Sendable {
  package let item: ExampleID
  package let pointer: JSONPointer
  /// Hashes of its shingles in the order of the text; none where it has too few tokens to be looked for.
  package let hashes: [UInt32]

  package var isUsable: Bool { !hashes.isEmpty }
}

/// Turns the items of a reference set into fields. Items are examples of any known shape; one without an
/// id is named `"#n"` after its place.
package struct ReferenceReader {
  private var shingler = Shingler(shingle: ReferenceIndex.shingle, key: .published)
  private let decoder: ExampleDecoder

  package init(idBytesMaximum: Int) {
    decoder = ExampleDecoder(fields: nil, idBytesMaximum: idBytesMaximum)
  }

  /// The fields of one item. System messages are left out: they say nothing about it.
  ///
  /// - Parameter place: of the item in its set, from 1 on.
  package mutating func fields(
    of value: JSONValue, place: Int
  ) throws(InputError) -> [ReferenceField] {
    let example = try decoder.decode(value)
    var fields: [ReferenceField] = []
    for field in example.fields where field.role != .system {
      var hashes: [UInt32] = []
      shingler.begin()
      shingler.append(example.arena.span.extracting(field.range))
      let text = shingler.finish(inOrder: &hashes)
      if text.tokenCount < ReferenceIndex.tokensMinimum { hashes = [] }
      fields.append(
        ReferenceField(
          item: example.id ?? ExampleID(sequence: place), pointer: field.pointer, hashes: hashes))
    }
    return fields
  }

  /// The fields of a file: JSONL, or one JSON array.
  package static func fields(
    of bytes: [UInt8], idBytesMaximum: Int
  ) throws(FileProblem) -> [ReferenceField] {
    var reader = ReferenceReader(idBytesMaximum: idBytesMaximum)
    var fields: [ReferenceField] = []
    var place = 0
    // Editors on Windows put a byte order mark first.
    let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    if bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "[") {
      for element in try parse(bytes, "").elements {
        place += 1
        fields += try reader.fields(of: element, place: place, named: "item \(place)")
      }
      return fields
    }
    for (number, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
      .enumerated() where line.contains(where: { $0 > 0x20 })
    {
      place += 1
      let name = "line \(number + 1)"
      fields += try reader.fields(
        of: parse(Array(line), "\(name): "), place: place, named: name)
    }
    return fields
  }

  private static func parse(_ bytes: [UInt8], _ prefix: String) throws(FileProblem) -> JSONValue {
    do throws(JSONError) {
      return try JSONParser().parse(bytes).root
    } catch {
      throw FileProblem("\(prefix)not JSON: \(error.message)")
    }
  }

  private mutating func fields(
    of value: JSONValue, place: Int, named name: String
  ) throws(FileProblem) -> [ReferenceField] {
    do throws(InputError) {
      return try fields(of: value, place: place)
    } catch {
      throw FileProblem("\(name): \(error.message)")
    }
  }
}

extension FileKind where Value == [ReferenceField] {
  /// `references/load` with a path, and `thresher filter --references`.
  package static let references = FileKind("references", bytesMaximum: 1 << 30) {
    bytes throws(FileProblem) in
    try ReferenceReader.fields(of: bytes, idBytesMaximum: 4_096)
  }
}
