/// One example as it stands in a file: its bytes, and the line where it begins (from 1).
struct Record {
  let bytes: [UInt8]
  let line: Int
  /// Why the bytes cannot be looked at; they are empty then.
  var problem: String?
}

/// Cuts a text into records: one a line (JSONL), or the elements of one array (`.json`), told by the
/// first byte. Memory is bounded by the longest record that is accepted.
struct RecordReader {
  private enum Mode { case undecided, lines, array, done }

  private let source: ByteSource
  private let recordBytesMaximum: Int
  private var buffer: [UInt8] = []
  private var position = 0
  private var line = 1
  private var mode = Mode.undecided
  private var hasEnded = false

  /// - Parameter start: bytes that were read from the source before.
  init(source: ByteSource, recordBytesMaximum: Int, start: [UInt8] = []) {
    self.source = source
    buffer = start
    self.recordBytesMaximum = recordBytesMaximum
  }

  /// The next record; nil at the end.
  mutating func next() throws -> Record? {
    while true {
      switch mode {
      case .undecided: try decide()
      case .lines: return try nextLine()
      case .array: return try nextElement()
      case .done: return nil
      }
    }
  }

  // MARK: Bytes

  /// Gets more bytes behind the ones that are there.
  private mutating func more() throws -> Bool {
    guard !hasEnded else { return false }
    if position > 0 {
      buffer.removeFirst(position)
      position = 0
    }
    hasEnded = try !source.read(into: &buffer)
    return !hasEnded
  }

  private mutating func decide() throws {
    while buffer.count < 3, try more() {}
    // Editors on Windows put a byte order mark first.
    if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    while true {
      while position < buffer.count, isBlank(buffer[position]) {
        if buffer[position] == 0x0A { line += 1 }
        position += 1
      }
      if position < buffer.count { break }
      guard try more() else {
        mode = .done
        return
      }
    }
    if buffer[position] == UInt8(ascii: "[") {
      position += 1
      mode = .array
    } else {
      mode = .lines
    }
  }

  // MARK: Lines

  private mutating func nextLine() throws -> Record? {
    while true {
      guard let record = try rawLine() else {
        mode = .done
        return nil
      }
      // Blank lines are no examples.
      if record.problem != nil || !record.bytes.allSatisfy(isBlank) { return record }
    }
  }

  private mutating func rawLine() throws -> Record? {
    let number = line
    var searched = 0
    while true {
      if let newline = buffer[(position + searched)...].firstIndex(of: 0x0A) {
        let start = position
        position = newline + 1
        line += 1
        guard newline - start <= recordBytesMaximum else { return tooLong(number) }
        var end = newline
        if end > start, buffer[end - 1] == 0x0D { end -= 1 }
        return Record(bytes: Array(buffer[start..<end]), line: number)
      }
      searched = buffer.count - position
      guard searched <= recordBytesMaximum else {
        try skipLine()
        return tooLong(number)
      }
      guard try more() else {
        guard position < buffer.count else { return nil }
        defer { position = buffer.count }
        return Record(bytes: Array(buffer[position...]), line: number)
      }
    }
  }

  private mutating func skipLine() throws {
    while true {
      if let newline = buffer[position...].firstIndex(of: 0x0A) {
        position = newline + 1
        line += 1
        return
      }
      position = buffer.count
      guard try more() else { return }
    }
  }

  private func tooLong(_ line: Int) -> Record {
    Record(
      bytes: [], line: line,
      problem: "longer than \(recordBytesMaximum) bytes, the limit of one example")
  }

  // MARK: Arrays

  /// Where the scan of an element stands.
  private struct Scan {
    var depth = 0
    var isInString = false
    var isEscaped = false
  }

  private mutating func nextElement() throws -> Record? {
    guard try skipBlanksAndCommas() else {
      mode = .done
      return Record(bytes: [], line: line, problem: "the array is not closed (truncated file?)")
    }
    if buffer[position] == UInt8(ascii: "]") {
      position += 1
      mode = .lines  // What follows, if anything, is judged line by line.
      return try nextLine()
    }
    let number = line
    var scan = Scan()
    var offset = 0
    while true {
      while position + offset < buffer.count {
        let byte = buffer[position + offset]
        if Self.ends(byte, &scan) { return element(offset, number) }
        if byte == 0x0A { line += 1 }
        offset += 1
        if offset > recordBytesMaximum {
          mode = .done
          return tooLong(number)
        }
      }
      guard try more() else {
        mode = .done
        return Record(
          bytes: [], line: number, problem: "the array ends inside this element (truncated file?)")
      }
    }
  }

  /// Whether the byte lies behind the element.
  private static func ends(_ byte: UInt8, _ scan: inout Scan) -> Bool {
    if scan.isInString {
      if scan.isEscaped {
        scan.isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        scan.isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        scan.isInString = false
      }
      return false
    }
    switch byte {
    case UInt8(ascii: "\""): scan.isInString = true
    case UInt8(ascii: "{"), UInt8(ascii: "["): scan.depth += 1
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      if scan.depth == 0 { return true }
      scan.depth -= 1
    case UInt8(ascii: ","): return scan.depth == 0
    default: break
    }
    return false
  }

  private mutating func element(_ count: Int, _ number: Int) -> Record {
    var bytes = Array(buffer[position..<position + count])
    while let last = bytes.last, isBlank(last) { bytes.removeLast() }
    position += count
    return Record(bytes: bytes, line: number)
  }

  private mutating func skipBlanksAndCommas() throws -> Bool {
    while true {
      while position < buffer.count {
        let byte = buffer[position]
        guard isBlank(byte) || byte == UInt8(ascii: ",") else { return true }
        if byte == 0x0A { line += 1 }
        position += 1
      }
      guard try more() else { return false }
    }
  }
}

func isBlank(_ byte: UInt8) -> Bool {
  byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
}
