/// Reads header lines and finds them in a stream that has lost its frame.

/// What the first bytes of a connection tell.
enum FirstBytes {
  case undecided
  case framing(Framing)
  case http(String)

  private static let verbs = [
    "GET ", "POST ", "PUT ", "HEAD ", "DELETE ", "OPTIONS ", "PATCH ", "CONNECT ", "TRACE ",
    "PRI * HTTP/",
  ]

  static func tell(_ bytes: ArraySlice<UInt8>, isComplete: Bool) -> FirstBytes {
    func matches(_ word: String, _ isEqual: (UInt8, UInt8) -> Bool) -> (whole: Bool, part: Bool) {
      let word = Array(word.utf8)
      let count = min(word.count, bytes.count)
      guard zip(bytes.prefix(count), word).allSatisfy(isEqual) else { return (false, false) }
      return (count == word.count, true)
    }
    let header = matches("content-") { lowerCase($0) == $1 }
    if header.whole { return .framing(.headers) }
    if header.part, !isComplete { return .undecided }
    for verb in verbs {
      let match = matches(verb, ==)
      if match.whole { return .http(verb.split(separator: " ").first.map(String.init) ?? verb) }
      if match.part, !isComplete { return .undecided }
    }
    return .framing(.lines)
  }
}

/// Of ASCII's letters; every other byte stays what it is (0x0D is no `-`).
private func lowerCase(_ byte: UInt8) -> UInt8 {
  (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
}

/// One `Name: value` line of a header, without its line end.
enum HeaderField: Equatable {
  case contentLength(Int)
  case other
  case malformed
  case badLength
  case badCharset

  init(_ line: ArraySlice<UInt8>) {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
      line[..<colon].allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else {
      self = .malformed
      return
    }
    let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
    let value = line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
    switch name {
    case "content-length":
      let digits = value.reversed().drop { $0 == 0x20 || $0 == 0x09 }.reversed()
      // 18 digits cannot overflow, and are above every limit.
      guard !digits.isEmpty, digits.count <= 18,
        digits.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") })
      else {
        self = .badLength
        return
      }
      self = .contentLength(digits.reduce(0) { $0 * 10 + Int($1 & 0xF) })
    case "content-type":
      let text = String(decoding: value, as: UTF8.self).lowercased()
      guard let charset = text.range(of: "charset=") else {
        self = .other
        return
      }
      let named = text[charset.upperBound...].drop { $0 == "\"" }.prefix { $0 != "\"" && $0 != ";" }
      self = named == "utf-8" || named == "utf8" ? .other : .badCharset
    default: self = .other
    }
  }
}

extension String {
  /// The first place of a word. (The standard library has none without Foundation.)
  fileprivate func range(of word: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(word) { return start..<index(start, offsetBy: word.count) }
      start = index(after: start)
    }
    return nil
  }
}

/// Finds a whole line `Content-Length: N` wherever it begins.
enum HeaderSearch {
  private static let name = Array("content-length:".utf8)
  /// More blanks and digits than this are not taken for a header.
  private static let lineBytesMaximum = 64

  static func isHeaderLine(_ line: ArraySlice<UInt8>) -> Bool {
    line.withUnsafeBufferPointer { match($0, at: 0) == .whole }
  }

  /// The offset of the first header line at or after `start`; else how far the search need not be
  /// repeated when more bytes come.
  /// - Complexity: O(bytes).
  static func find(
    in bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> (found: Int?, searched: Int) {
    var position = start
    while position < bytes.count {
      if lowerCase(bytes[position]) == UInt8(ascii: "c") {
        switch match(bytes, at: position) {
        case .whole: return (position, position)
        case .part: return (nil, position)
        case .none: break
        }
      }
      position += 1
    }
    return (nil, bytes.count)
  }

  private enum Match { case none, part, whole }

  private static func match(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Match {
    for (offset, expected) in name.enumerated() {
      guard start + offset < bytes.count else { return .part }
      guard lowerCase(bytes[start + offset]) == expected else { return .none }
    }
    var position = start + name.count
    let end = min(bytes.count, start + lineBytesMaximum)
    while position < end, bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
    let digits = position
    while position < end, bytes[position] >= UInt8(ascii: "0"), bytes[position] <= UInt8(ascii: "9")
    {
      position += 1
    }
    guard position > digits || position == end else { return .none }
    if position < end, bytes[position] == 0x0D { position += 1 }
    guard position < end else { return end == bytes.count ? .part : .none }
    return bytes[position] == 0x0A ? .whole : .none
  }
}
