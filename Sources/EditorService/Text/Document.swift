internal import JSON

/// A file that is open in the editor, or one of the workspace's.
final class Document {
  let uri: String
  /// Nil for a file that is not open.
  var version: Int?
  var isOpen: Bool
  /// The records; for a file of lines these are the lines.
  let records = RecordList()
  /// The lines of a file that is an array; nil for a file of lines.
  private(set) var lines: RecordList?
  /// Where the elements of an array begin: by number of element.
  var elementStarts: [Position] = []
  /// What makes an array's file unreadable.
  var arrayProblem: Finding?
  var totals = Totals()

  /// Something was changed that its diagnostics show.
  var isDirty = true
  /// Another document's lines have moved, or its own.
  var hasMoved = false
  /// Documents that its diagnostics lead to.
  var refersTo: Set<String> = []
  /// What was published last.
  var published: [UInt8] = []
  var publishedVersion: Int?
  /// While it is read: how many records there must be before it is published again.
  var nextMilestone = 512
  /// The client asks for its diagnostics itself.
  var isPulled = false
  /// An array's text was changed and not read again.
  var needsParsing = false

  init(uri: String, isArray: Bool, version: Int?, isOpen: Bool) {
    (self.uri, self.version, self.isOpen) = (uri, version, isOpen)
    if isArray { lines = RecordList() }
    records.document = self
  }

  /// The lines of the text.
  var text: RecordList { lines ?? records }

  // MARK: Editing text

  /// Puts text into a range, clamped to the document; what happens to the records is the caller's.
  /// - Returns: the lines concerned, and the new ones in their place.
  func plan(
    _ range: TextRange, _ text: [UInt8], _ encoding: PositionEncoding
  ) -> (lines: Range<Int>, new: [Record]) {
    let list = self.text
    // An empty document has no line yet.
    if list.count == 0 { return (0..<0, makeLines(text)) }
    var (first, firstOffset) = resolve(min(range.start, range.end), encoding)
    let (last, lastOffset) = resolve(max(range.start, range.end), encoding)
    var bytes = Array(list[first].bytes[..<firstOffset]) + text
    // A line that ends with a carriage return alone goes on with the line feed that comes to stand
    // behind it.
    if firstOffset == 0, first > 0, list[first - 1].bytes.last == 0x0D,
      (bytes.first ?? list[last].bytes.dropFirst(lastOffset).first) == 0x0A
    {
      first -= 1
      firstOffset = 0
      bytes = list[first].bytes + bytes
    }
    bytes += list[last].bytes[lastOffset...]
    var end = last + 1
    // The last of the new lines may have lost its end, and goes on with the next one.
    while end < list.count, !(bytes.last == 0x0A || bytes.last == 0x0D) {
      bytes += list[end].bytes
      end += 1
    }
    // The end of what was put in may be the first half of an end whose second half follows.
    if end < list.count, bytes.last == 0x0D, list[end].bytes.first == 0x0A {
      bytes += list[end].bytes
      end += 1
    }
    var new = makeLines(bytes)
    // What follows the last end is the document's last line, or was there already.
    if end < list.count, let extra = new.last, extra.bytes.isEmpty { new.removeLast() }
    return (first..<end, new)
  }

  /// The lines of a text, the one after its last end included.
  func makeLines(_ text: [UInt8]) -> [Record] {
    var lines: [Record] = []
    let list = self.text
    LineSplitter.forEachLine(of: text) { line, contentCount in
      lines.append(list.makeRecord(Array(line), contentCount: contentCount))
    }
    return lines
  }

  /// A position as line and byte, clamped.
  private func resolve(_ position: Position, _ encoding: PositionEncoding) -> (Int, Int) {
    let list = text
    guard position.line < list.count else {
      return (list.count - 1, list[list.count - 1].bytes.count)
    }
    return (position.line, encoding.offset(of: position.column, in: list[position.line].content))
  }

  // MARK: Places of records

  /// The record at a line; nil where there is none.
  func record(atLine line: Int) -> Record? {
    guard lines != nil else { return line < records.count ? records[line] : nil }
    // The last one that begins on the line or before.
    var (low, high) = (0, elementStarts.count)
    while low < high {
      let middle = (low + high) / 2
      if elementStarts[middle].line <= line { low = middle + 1 } else { high = middle }
    }
    guard low > 0, low <= records.count else { return nil }
    let record = records[low - 1]
    return range(of: record, 0..<record.contentCount, .utf8).end.line >= line ? record : nil
  }

  /// Where bytes of a record stand in the document.
  /// - Complexity: O(bytes of the record).
  func range(
    of record: Record, _ bytes: Range<Int>, _ encoding: PositionEncoding
  ) -> TextRange {
    let number = record.number
    guard lines != nil else {
      return TextRange(
        Position(
          line: number, column: encoding.column(of: bytes.lowerBound, in: record.content)),
        Position(
          line: number, column: encoding.column(of: bytes.upperBound, in: record.content)))
    }
    let start = elementStarts[number]
    func place(_ offset: Int) -> Position {
      var line = start.line
      var begin = 0
      var position = 0
      let content = record.content
      while position < offset {
        let byte = content[position]
        position += 1
        if byte == 0x0D, position < content.count, content[position] == 0x0A, position < offset {
          position += 1
        }
        if byte == 0x0A || byte == 0x0D {
          line += 1
          begin = position
        }
      }
      let column = encoding.column(of: offset - begin, in: content[begin...])
      // The first line of an element begins somewhere in a line of the file.
      let before = line == start.line ? startColumn(start, encoding) : 0
      return Position(line: line, column: before + column)
    }
    return TextRange(place(bytes.lowerBound), place(bytes.upperBound))
  }

  /// Element starts are kept in bytes.
  private func startColumn(_ start: Position, _ encoding: PositionEncoding) -> Int {
    guard let lines, start.line < lines.count else { return 0 }
    return encoding.column(of: start.column, in: lines[start.line].content)
  }

  /// All of the text.
  /// - Complexity: O(bytes).
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.byteCount)
    for chunk in text.chunks { for line in chunk.records { bytes += line.bytes } }
    return bytes
  }
}
