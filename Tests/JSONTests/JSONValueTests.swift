import JSON
import Testing

@Suite struct JSONValueTests {
  func parse(_ text: String) throws -> JSONValue { try JSONParserTests.parse(text) }

  @Test func `numbers keep their digits`() throws {
    let value = try parse("[1.10,9007199254740993,1e999,-0,12345678901234567890123]")
    #expect(
      value.elements.map(\.rawText) == [
        "1.10", "9007199254740993", "1e999", "-0", "12345678901234567890123",
      ])
    #expect(value.elements.map(\.integer) == [nil, 9_007_199_254_740_993, nil, 0, nil])
    #expect(value.elements.map(\.isInteger) == [false, true, false, true, true])
  }

  @Test(arguments: [
    (#""""#, ""), (#""a""#, "a"), (#""\u0041\t\n\r\b\f\/\\\"""#, "A\t\n\r\u{8}\u{C}/\\\""),
    (#""\u00e9é""#, "éé"), (#""\ud83d\ude00😀""#, "😀😀"), (#""x\u0000y""#, "x\u{0}y"),
    (#""\uFFFF""#, "\u{FFFF}"), (#""a\\nb""#, "a\\nb"),
  ])
  func `escapes are resolved`(_ json: String, _ text: String) throws {
    #expect(try parse(json).string() == text)
  }

  @Test(arguments: [
    #""\ud800""#, #""\udc00""#, #""x\ud800y""#, #""\ud800\u0041""#, #""\ud800\ud800""#,
    #""\udc00\ud800""#,
  ])
  func `half of a surrogate pair cannot become text`(_ json: String) throws {
    let value = try parse(json)
    #expect(throws: LoneSurrogate.self) { try value.utf8() }
    #expect(value.rawText == json)
  }

  @Test func `members are found by name, escaped or not, and the last of a name wins`() throws {
    let value = try parse(#"{"a":1,"\u0062":2,"a":3,"":4,"c":{"d":5}}"#)
    #expect(value["a"]?.rawText == "3")
    #expect(value["b"]?.rawText == "2")
    #expect(value[""]?.rawText == "4")
    #expect(value["c"]?["d"]?.integer == 5)
    #expect(value["x"] == nil)
    #expect(value.members.map(\.name) == ["a", "b", "a", "", "c"])
  }

  @Test func `members of a value that has none are empty`() throws {
    let value = try parse("[1,[2,3],{}]")
    #expect(Array(value.members).isEmpty)
    #expect(value.elements.map(\.kind) == [.number, .array, .object])
    #expect(Array(try parse("7").elements).isEmpty)
  }

  @Test(arguments: [
    ("", #"{"a/b":[10,{"~":"x"}]}"#), ("/a~1b/0", "10"), ("/a~1b/1/~0", #""x""#),
  ])
  func `pointers find what they name`(_ pointer: String, _ expected: String) throws {
    let value = try parse(#"{"a/b":[10,{"~":"x"}]}"#)
    #expect(value.value(at: try #require(JSONPointer(pointer)))?.rawText == expected)
  }

  @Test(arguments: ["/b", "/a~1b/2", "/a~1b/-1", "/a~1b/00", "/a~1b/x", "/a~1b/0/1"])
  func `pointers to nothing find nothing`(_ pointer: String) throws {
    let value = try parse(#"{"a/b":[10,{"~":"x"}]}"#)
    #expect(value.value(at: try #require(JSONPointer(pointer))) == nil)
  }

  @Test func `pointers are checked and built with escapes`() {
    #expect(JSONPointer("a") == nil)
    #expect(JSONPointer("/~2") == nil)
    #expect(JSONPointer("/~") == nil)
    let built = JSONPointer.root.appending("a/b").appending(3).appending("~x")
    #expect(built.description == "/a~1b/3/~0x")
    #expect(built.components == ["a/b", "3", "~x"])
  }
}

@Suite struct JSONWriterTests {
  @Test func `commas stand where they belong`() {
    var writer = JSONWriter()
    writer.object { writer in
      writer.key("a")
      writer.integer(-12)
      writer.key("b")
      writer.array { writer in
        writer.null()
        writer.bool(true)
        writer.object { _ in }
        writer.array { _ in }
        writer.string("x")
        writer.raw(Array("1.10".utf8).span)
      }
      writer.key(escaping: "c\"d")
      writer.string("")
    }
    #expect(
      String(decoding: writer.take(), as: UTF8.self)
        == #"{"a":-12,"b":[null,true,{},[],"x",1.10],"c\"d":""}"#)
  }

  @Test(arguments: [
    (9132, 4, "0.9132"), (10_000, 4, "1"), (0, 4, "0"), (500, 2, "5"), (641, 2, "6.41"),
    (640, 2, "6.4"), (1, 4, "0.0001"), (-150, 2, "-1.5"), (1_234_567, 3, "1234.567"),
  ])
  func `fixed point has no trailing zeros`(_ value: Int, _ decimals: Int, _ text: String) {
    var writer = JSONWriter()
    writer.decimal(value, decimals: decimals)
    #expect(String(decoding: writer.take(), as: UTF8.self) == text)
  }

  @Test func `every string comes back as it was`() throws {
    var random = SplitMix(seed: 3)
    for _ in 0..<2_000 {
      let scalars = (0..<Int(random.next() % 20)).compactMap { _ -> Unicode.Scalar? in
        switch random.next() % 4 {
        case 0: Unicode.Scalar(UInt32(random.next() % 0x20))
        case 1: Unicode.Scalar(UInt32(random.next() % 0x80))
        case 2: ["\"", "\\", "/", "\u{7F}", "\u{2028}"][Int(random.next() % 5)]
        default: Unicode.Scalar(UInt32(random.next() % 0x11_0000))
        }
      }
      var text = ""
      text.unicodeScalars.append(contentsOf: scalars)
      var writer = JSONWriter()
      writer.string(text)
      let back = try JSONParser().parse(writer.take()).root.string()
      #expect(Array(back.utf8) == Array(text.utf8))
    }
  }
}
