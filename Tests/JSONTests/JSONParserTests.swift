import JSON
import Testing

@Suite struct JSONParserTests {
  static func parse(_ text: String) throws -> JSONValue {
    try JSONParser().parse(Array(text.utf8)).root
  }

  static func error(_ bytes: [UInt8], depthLimit: Int = 128) -> JSONError? {
    do throws(JSONError) {
      _ = try JSONParser(depthLimit: depthLimit).parse(bytes)
      return nil
    } catch {
      return error
    }
  }

  static func error(_ text: String) -> JSONError? { error(Array(text.utf8)) }

  @Test(arguments: [
    "0", "-0", "12", "1.5", "-1.5e10", "1E+2", "0.0", "1e999", "12345678901234567890123",
    "true", "false", "null", "\"\"", "\"a\"", "[]", "{}", "[1]", " [ 1 , 2 ] ", "{\"a\":1}",
    "{\"a\":{\"b\":[null,true,\"x\"]}}", "\"\\u00e9\\n\\\"\\\\\\/\"", "[[],{}]", "\t\r\n1 \n",
    "{\"\":0}", "{\"a\":1,\"a\":2}", "\"\u{7F}\u{10FFFF}\"", "\"\\ud83d\\ude00\"", "\"\\ud800\"",
  ])
  func `valid texts are read`(_ text: String) throws {
    let value = try Self.parse(text)
    #expect(value.rawText == text.trimmingJSONSpace)
  }

  @Test(arguments: [
    ("", JSONError.Reason.empty, 0), ("  ", .empty, 0),
    ("\u{FEFF}{}", .byteOrderMark, 0),
    ("01", .invalidNumber, 0), ("-", .invalidNumber, 0), ("1.", .invalidNumber, 0),
    (".5", .expectedValue, 0), ("+1", .expectedValue, 0), ("1e", .invalidNumber, 0),
    ("0x1", .invalidNumber, 0), ("[1a]", .invalidNumber, 1), ("NaN", .expectedValue, 0),
    ("[-Infinity]", .invalidNumber, 1), ("1 2", .trailingBytes, 2), ("{}}", .trailingBytes, 2),
    ("tru", .invalidLiteral, 0), ("truex", .invalidLiteral, 0), ("[nul]", .invalidLiteral, 1),
    ("True", .expectedValue, 0), ("{a:1}", .expectedKey, 1), ("{'a':1}", .expectedKey, 1),
    ("{\"a\"}", .expectedColon, 4), ("{\"a\":}", .expectedValue, 5),
    ("{\"a\":1,}", .expectedKey, 7), ("[1,]", .expectedValue, 3), ("[,1]", .expectedValue, 1),
    ("[1 2]", .expectedCommaOrEnd, 3), ("[1}", .expectedCommaOrEnd, 2),
    ("{\"a\":1]", .expectedCommaOrEnd, 6), ("[", .incomplete, 1), ("{\"a\":[1", .incomplete, 7),
    ("\"abc", .unclosedString, 0), ("[\"a]", .unclosedString, 1),
    ("\"\\x\"", .invalidEscape, 1), ("\"\\u12g4\"", .invalidEscape, 1),
    ("\"\\u123\"", .invalidEscape, 1), ("\"a\u{1}\"", .controlCharacter, 2),
    ("\"a\nb\"", .controlCharacter, 2), ("[\"a\"b]", .expectedCommaOrEnd, 4),
    ("\u{0}", .expectedValue, 0), ("[1\u{0}]", .invalidNumber, 1),
  ])
  func `bad texts are refused with reason and place`(
    _ text: String, _ reason: JSONError.Reason, _ offset: Int
  ) {
    #expect(Self.error(text) == JSONError(reason, at: offset))
  }

  @Test(
    arguments: [
      ([0x22, 0xFF, 0x22], 1), ([0x22, 0xC3, 0x22], 1),
      ([0x5B, 0x22, 0xED, 0xA0, 0x80, 0x22, 0x5D], 2),
      ([0x22, 0xC0, 0x80, 0x22], 1), ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], 1),
    ] as [([UInt8], Int)])
  func `invalid UTF-8 is refused where it begins`(_ bytes: [UInt8], _ offset: Int) {
    #expect(Self.error(bytes) == JSONError(.invalidUTF8, at: offset))
  }

  @Test func `nesting is accepted up to the limit and refused one above`() {
    func nested(_ depth: Int) -> [UInt8] {
      Array(String(repeating: "[", count: depth).utf8)
        + Array(String(repeating: "]", count: depth).utf8)
    }
    #expect(Self.error(nested(128)) == nil)
    #expect(Self.error(nested(129)) == JSONError(.tooDeep, at: 128))
    #expect(Self.error(Array(repeating: UInt8(ascii: "["), count: 100_000))?.reason == .tooDeep)
  }

  @Test func `every prefix of a text is refused without a crash`() {
    let text = #"{"id":12,"a":["x\u00e9\n",{"b":-1.5e3,"c":[true,false,null]}],"d":"ü😀"} "#
    let bytes = Array(text.utf8)
    for count in 0..<(bytes.count - 1) {
      #expect(Self.error(Array(bytes[..<count])) != nil, "prefix of \(count) bytes")
    }
    #expect(Self.error(bytes) == nil)
  }

  @Test func `random bytes never crash it, and what it accepts it gives back`() throws {
    var random = SplitMix(seed: 7)
    let alphabet = Array(#"{}[]:,"\ 01eE+-.tfnrulsa/u"#.utf8) + [0x00, 0xC3, 0xA9, 0xFF, 0x0A]
    let parser = JSONParser()
    var accepted = 0
    for _ in 0..<200_000 {
      let bytes = (0..<Int(random.next() % 12)).map { _ in
        alphabet[Int(random.next() % UInt64(alphabet.count))]
      }
      guard let document = try? parser.parse(bytes) else { continue }
      accepted += 1
      let value = document.root
      #expect(document.bytes == bytes)
      #expect(value.byteRange.count > 0)
    }
    #expect(accepted > 100)
  }

  @Test func `a parser is reused for texts of any size`() throws {
    let parser = JSONParser()
    for size in [10, 100_000, 5_000_000, 10] {
      let text = "[\"" + String(repeating: "x", count: size) + "\",1]"
      let value = try parser.parse(Array(text.utf8)).root
      #expect(value.elements.map(\.kind) == [.string, .number])
    }
  }
}

/// A small generator with a fixed seed (Steele, Lea and Flood, 2014).
struct SplitMix {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension String {
  var trimmingJSONSpace: String {
    let blanks: Set<Character> = [" ", "\t", "\r", "\n", "\r\n"]
    return String(
      drop { blanks.contains($0) }.reversed().drop { blanks.contains($0) }.reversed())
  }
}
