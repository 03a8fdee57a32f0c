internal import JSON

/// Finds the records of a `.json` file that is an array.
enum ArrayReader {
  /// - Returns: the elements' bytes, where they begin (columns in bytes), and what is wrong with the
  ///   file, whose place is in bytes of the file. A file that is no array has no elements.
  /// - Complexity: O(bytes).
  static func read(
    _ bytes: [UInt8], nestingMaximum: Int
  ) -> (elements: [[UInt8]], starts: [Position], problem: Finding?) {
    let mark = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let body = mark == 0 ? bytes : Array(bytes.dropFirst(mark))
    guard body.first(where: { $0 > 0x20 }) == UInt8(ascii: "[") else { return ([], [], nil) }
    let root: JSONValue
    do throws(JSONError) {
      root = try JSONParser(depthLimit: nestingMaximum + 1).parse(body).root
    } catch {
      let start = min(error.offset + mark, bytes.count)
      let message = "not JSON: \(error.reason.rawValue) (byte \(error.offset + mark + 1))"
      return ([], [], Finding(.invalidJSON, start..<bytes.count, message))
    }
    var elements: [[UInt8]] = []
    var starts: [Position] = []
    var place = Position(line: 0, column: 0)
    var position = 0
    for element in root.elements {
      let start = element.byteRange.lowerBound + mark
      while position < start {
        let byte = bytes[position]
        position += 1
        if byte == 0x0D, position < start, bytes[position] == 0x0A { position += 1 }
        if byte == 0x0A || byte == 0x0D {
          place = Position(line: place.line + 1, column: 0)
        } else {
          place.column += 1
        }
      }
      starts.append(place)
      elements.append(Array(element.rawBytes))
    }
    return (elements, starts, nil)
  }
}
