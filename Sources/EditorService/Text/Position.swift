internal import JSON

/// A place in a document: line and column from 0, the column in units of the client's encoding.
struct Position: Equatable, Comparable {
  var line: Int
  var column: Int

  init(line: Int, column: Int) { (self.line, self.column) = (line, column) }

  /// LSP's largest number: what is beyond it is beyond every file.
  private static let numberMaximum = Int(Int32.max)

  /// Nil where the value is no position.
  init?(_ value: JSONValue?) {
    guard let line = value?["line"]?.integer, let column = value?["character"]?.integer,
      line >= 0, column >= 0
    else { return nil }
    self.init(line: min(line, Self.numberMaximum), column: min(column, Self.numberMaximum))
  }

  static func < (lhs: Position, rhs: Position) -> Bool {
    (lhs.line, lhs.column) < (rhs.line, rhs.column)
  }

  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.key("line")
      writer.integer(line)
      writer.key("character")
      writer.integer(column)
    }
  }
}

/// A stretch of a document, its end left out.
struct TextRange: Equatable {
  var start: Position
  var end: Position

  init(_ start: Position, _ end: Position) { (self.start, self.end) = (start, end) }

  init?(_ value: JSONValue?) {
    guard let start = Position(value?["start"]), let end = Position(value?["end"]) else {
      return nil
    }
    self.init(start, end)
  }

  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.key("start")
      start.write(to: &writer)
      writer.key("end")
      end.write(to: &writer)
    }
  }
}

/// What a column counts.
enum PositionEncoding: String {
  case utf8 = "utf-8"
  case utf16 = "utf-16"

  /// The column of a byte of a line.
  /// - Complexity: O(offset).
  func column(of offset: Int, in line: ArraySlice<UInt8>) -> Int {
    switch self {
    case .utf8: return min(offset, line.count)
    case .utf16:
      var units = 0
      for byte in line.prefix(offset) { units += Self.units(of: byte) }
      return units
    }
  }

  /// The byte at a column, that of the line's end for what lies beyond it; in the middle of a scalar
  /// the byte where it begins.
  /// - Complexity: O(column).
  func offset(of column: Int, in line: ArraySlice<UInt8>) -> Int {
    switch self {
    case .utf8:
      var offset = min(column, line.count)
      while offset > 0, offset < line.count, line[line.startIndex + offset] & 0xC0 == 0x80 {
        offset -= 1
      }
      return offset
    case .utf16:
      var (units, scalar) = (0, 0)
      for (offset, byte) in line.enumerated() {
        let width = Self.units(of: byte)
        guard width > 0 else { continue }
        if units == column { return offset }
        if units > column { return scalar }
        units += width
        scalar = offset
      }
      return units > column ? scalar : line.count
    }
  }

  /// UTF-16 units of the scalar that a byte of UTF-8 begins; 0 where it begins none.
  @inline(__always)
  private static func units(of byte: UInt8) -> Int {
    byte & 0xC0 == 0x80 ? 0 : byte >= 0xF0 ? 2 : 1
  }
}
