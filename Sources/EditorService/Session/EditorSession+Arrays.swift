internal import Curation
internal import JSON

/// Files that are arrays: their elements are the records.
extension EditorSession {
  /// Reads the arrays again whose text has changed.
  func catchUp() {
    for document in dirty where document.needsParsing {
      document.needsParsing = false
      let (elements, starts, problem) = ArrayReader.read(
        document.bytes, nestingMaximum: criteria.nestingMaximum)
      document.arrayProblem = problem
      // While the text is no array, what is known of its elements stays.
      if problem != nil { continue }
      document.elementStarts = starts
      let records = elements.map { document.records.makeRecord($0, contentCount: $0.count) }
      replace(0..<document.records.count, of: document.records, with: records)
    }
  }

  /// Makes an edit that stays within one line of one element, which is an element afterwards as well: then
  /// nothing else has to be read again.
  /// - Returns: whether it was such an edit. If not, nothing was done.
  /// - Complexity: O(bytes of the element and its line + elements that follow on the line).
  func changeElement(of document: Document, _ range: TextRange, _ text: [UInt8]) -> Bool {
    guard let lines = document.lines, !document.needsParsing, document.arrayProblem == nil,
      range.start.line == range.end.line, range.start.line < lines.count,
      !text.contains(where: { $0 == 0x0A || $0 == 0x0D })
    else { return false }
    let number = range.start.line
    let line = lines[number]
    let columns = [range.start, range.end].map { encoding.offset(of: $0.column, in: line.content) }
      .sorted()
    let place = Position(line: number, column: columns[0])
    guard let index = document.element(before: place) else { return false }
    let record = document.records[index]
    guard let begin = document.offset(of: number, in: record) else { return false }
    // Its first byte and its last one stay.
    let (low, high) = (columns[0] - begin, columns[1] - begin)
    guard low > 0, high < record.contentCount else { return false }
    let bytes = Array(record.bytes[..<low]) + text + record.bytes[high...]
    guard (try? JSONParser(depthLimit: criteria.nestingMaximum).parse(bytes)) != nil else {
      return false
    }
    let content = Array(line.content[..<columns[0]]) + text + line.content[columns[1]...]
    let new = lines.makeRecord(
      content + line.bytes[line.contentCount...], contentCount: content.count)
    lines.replace(number..<number + 1, with: [new])
    let shift = text.count - (high - low)
    var next = index + 1
    while next < document.elementStarts.count, document.elementStarts[next].line == number {
      document.elementStarts[next].column += shift
      next += 1
    }
    if shift != 0 { noteMoved(document.uri) }
    let element = document.records.makeRecord(bytes, contentCount: bytes.count)
    replace(index..<index + 1, of: document.records, with: [element])
    return true
  }
}

extension Document {
  /// The last element that begins before a place (columns in bytes).
  /// - Complexity: O(log elements).
  fileprivate func element(before place: Position) -> Int? {
    var (low, high) = (0, elementStarts.count)
    while low < high {
      let middle = (low + high) / 2
      if elementStarts[middle] < place { low = middle + 1 } else { high = middle }
    }
    return low > 0 && low <= records.count ? low - 1 : nil
  }

  /// What has to be taken off a column in bytes of a line to get the place in an element's bytes; nil where
  /// the element is not on that line.
  /// - Complexity: O(bytes of the element).
  fileprivate func offset(of line: Int, in record: Record) -> Int? {
    let start = elementStarts[record.number]
    if line == start.line { return start.column }
    var number = start.line
    var position = 0
    while position < record.contentCount {
      let byte = record.bytes[position]
      position += 1
      if byte == 0x0D, position < record.contentCount, record.bytes[position] == 0x0A {
        position += 1
      }
      guard byte == 0x0A || byte == 0x0D else { continue }
      number += 1
      // The line begins in the middle of the element, at its column 0.
      if number == line { return -position }
    }
    return nil
  }
}
