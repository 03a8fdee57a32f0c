import Curation
import JSON
import Testing

@Suite struct ExampleDecoderTests {
  struct Shape: CustomTestStringConvertible {
    let testDescription: String
    let text: String
    let prompt: [String]
    let response: [String]
    var system: [String] = []
    var document: [String] = []
  }

  static let shapes: [Shape] = [
    Shape(
      testDescription: "instruction, input, output",
      text: #"{"output":"c","instruction":"a","input":"b"}"#, prompt: ["a", "b"], response: ["c"]),
    Shape(
      testDescription: "instruction without input", text: #"{"instruction":"a","response":"c"}"#,
      prompt: ["a"], response: ["c"]),
    Shape(
      testDescription: "null counts as absent",
      text: #"{"messages":null,"instruction":"a","input":null,"output":null,"answer":"c"}"#,
      prompt: ["a"], response: ["c"]),
    Shape(
      testDescription: "instruction and completion", text: #"{"instruction":"a","completion":"c"}"#,
      prompt: ["a"], response: ["c"]),
    Shape(
      testDescription: "prompt and completion", text: #"{"prompt":"a","completion":"c"}"#,
      prompt: ["a"], response: ["c"]),
    Shape(
      testDescription: "prompt, chosen, rejected",
      text: #"{"prompt":"a","chosen":"c","rejected":"d"}"#, prompt: ["a"], response: ["c"]),
    Shape(
      testDescription: "prompt and chosen as messages",
      text: #"""
        {"prompt":[{"role":"system","content":"s"},{"role":"user","content":"a"}],
         "chosen":[{"role":"assistant","content":"c"}],"rejected":[]}
        """#, prompt: ["a"], response: ["c"], system: ["s"]),
    Shape(
      testDescription: "one message as completion",
      text: #"{"prompt":"a","completion":{"role":"assistant","content":"c"}}"#,
      prompt: ["a"], response: ["c"]),
    Shape(
      testDescription: "a message without a role takes its place's",
      text: #"{"prompt":"a","completion":[{"content":"c"}]}"#, prompt: ["a"], response: ["c"]),
    Shape(
      testDescription: "question and answer", text: #"{"question":"a","answer":"c"}"#,
      prompt: ["a"], response: ["c"]),
    Shape(
      testDescription: "query and response", text: #"{"query":"a","response":"c"}"#,
      prompt: ["a"], response: ["c"]),
    Shape(
      testDescription: "text", text: #"{"text":"t","meta":{"a":1}}"#, prompt: [], response: [],
      document: ["t"]),
    Shape(
      testDescription: "messages",
      text: #"""
        {"messages":[{"role":"system","content":"s"},{"role":"user","content":"a"},
        {"role":"assistant","content":"b"},{"role":"user","content":"c"},
        {"role":"assistant","content":"d"}]}
        """#, prompt: ["a", "c"], response: ["b", "d"], system: ["s"]),
    Shape(
      testDescription: "content may be null or parts",
      text: #"""
        {"messages":[{"role":"user","content":[{"type":"text","text":"a"},
        {"type":"image_url","image_url":{"url":"x"}},"b"]},{"role":"assistant","content":null},
        {"role":"assistant","content":"c"}]}
        """#, prompt: ["a", "b"], response: ["c"]),
    Shape(
      testDescription: "tool calls and tool messages are text",
      text: #"""
        {"messages":[{"role":"user","content":"a"},{"role":"assistant","content":null,"tool_calls":
        [{"id":"1","function":{"name":"f","arguments":"{\"x\":1}"}},{"name":"g","arguments":{"y": 2}}]},
        {"role":"tool","content":"t"},{"role":"assistant","content":"c"}]}
        """#, prompt: ["a", "t"], response: ["f", #"{"x":1}"#, "g", #"{"y": 2}"#, "c"]),
    Shape(
      testDescription: "reasoning is part of the response",
      text: #"""
        {"messages":[{"role":"user","content":"a"},
        {"role":"assistant","reasoning_content":"r","content":"c"}]}
        """#, prompt: ["a"], response: ["r", "c"]),
    Shape(
      testDescription: "conversations",
      text: #"""
        {"conversations":[{"from":"system","value":"s"},{"from":"human","value":"a"},
        {"from":"gpt","value":"b"}]}
        """#, prompt: ["a"], response: ["b"], system: ["s"]),
    Shape(
      testDescription: "conversations with the names of messages",
      text:
        #"{"conversations":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}"#,
      prompt: ["a"], response: ["b"]),
    Shape(
      testDescription: "chosen beside conversations is the answer that they lack",
      text: #"""
        {"conversations":[{"from":"human","value":"a"}],"chosen":{"from":"gpt","value":"c"},
        "rejected":{"from":"gpt","value":"d"}}
        """#, prompt: ["a"], response: ["c"]),
    Shape(
      testDescription: "chosen beside messages that end with an answer is carried along",
      text: #"""
        {"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}],
        "chosen":[{"role":"assistant","content":"b"}]}
        """#, prompt: ["a"], response: ["b"]),
    Shape(
      testDescription: "messages go before everything else",
      text: #"""
        {"text":"t","instruction":"i","output":"o","prompt":"p","completion":"q",
        "messages":[{"role":"assistant","content":"c"}]}
        """#, prompt: [], response: ["c"]),
    Shape(
      testDescription: "prompt goes before instruction",
      text: #"{"instruction":"i","output":"o","prompt":"p","completion":"q"}"#,
      prompt: ["p"], response: ["q"]),
    Shape(
      testDescription: "an instruction without an answer is not that shape",
      text: #"{"instruction":"i","text":"t"}"#, prompt: [], response: [], document: ["t"]),
  ]

  @Test(arguments: shapes)
  func `every shape gives its texts in order`(_ shape: Shape) throws {
    let example = try decode(shape.text)
    #expect(example.texts(.prompt) == shape.prompt)
    #expect(example.texts(.response) == shape.response)
    #expect(example.texts(.system) == shape.system)
    #expect(example.texts(.document) == shape.document)
    #expect(example.isDocument == !shape.document.isEmpty)
    for field in example.fields {
      let found = try #require(example.source.value(at: field.pointer))
      if field.sourceRange != nil {
        #expect(try found.utf8() == Array(example.arena[field.range]))
      }
    }
  }

  @Test(arguments: [
    ("1", "", "an example is an object, not a number"),
    (#"{"id":1.5,"text":"t"}"#, "/id", "an id is a string or an integer, not a number"),
    (#"{"id":[],"text":"t"}"#, "/id", "an id is a string or an integer, not an array"),
    (#"{"text":1}"#, "/text", "a string is expected, not a number"),
    (#"{"instruction":"a","output":["c"]}"#, "/output", "a string is expected, not an array"),
    (#"{"text":"\ud800"}"#, "/text", "half of a surrogate pair in a text"),
    (#"{"messages":"x"}"#, "/messages", "a list of messages is expected, not a string"),
    (#"{"messages":[1]}"#, "/messages/0", "a message is an object, not a number"),
    (
      #"{"messages":[{"content":"x"}]}"#, "/messages/0/role", "the message does not say whose it is"
    ),
    (
      #"{"messages":[{"role":1,"content":"x"}]}"#, "/messages/0/role",
      "a string is expected, not a number"
    ),
    (
      #"{"messages":[{"role":"user","content":7}]}"#, "/messages/0/content",
      "a string is expected, not a number"
    ),
    (
      #"{"messages":[{"role":"user","content":[7]}]}"#, "/messages/0/content/0",
      "a part is an object or a string, not a number"
    ),
    (
      #"{"prompt":"a","completion":3}"#, "/completion",
      "a string, a message or a list of messages is expected, not a number"
    ),
  ])
  func `what cannot be used says what is wrong and where`(
    _ text: String, _ pointer: String, _ message: String
  ) throws {
    do {
      _ = try decode(text)
      Issue.record("accepted")
    } catch let error as InputError {
      #expect(error.pointer.description == pointer)
      #expect(error.message == message)
    }
  }

  @Test func `an unknown shape names what it has and what is wanted`() throws {
    #expect { try decode(#"{"foo":1,"bar":2}"#) } throws: { error in
      let message = (error as? InputError)?.message ?? ""
      return message.contains(#""foo", "bar""#) && message.contains("messages")
    }
  }

  @Test func `fields replace the detection`() throws {
    let map = ExampleDecoder.FieldMap(
      prompt: [JSONPointer("/q/text"), JSONPointer("/missing")].compactMap { $0 },
      response: [JSONPointer("/a")].compactMap { $0 })
    let example = try decode(#"{"q":{"text":"p"},"a":"r","text":"t"}"#, fields: map)
    #expect(example.texts(.prompt) == ["p"])
    #expect(example.texts(.response) == ["r"])
    #expect(throws: InputError.self) { try decode(#"{"q":{"text":"p"}}"#, fields: map) }
  }

  @Test func `an id may have as many bytes as the limit and no more`() throws {
    let text = { (count: Int) in #"{"id":"\#(String(repeating: "x", count: count))","text":"t"}"# }
    #expect(try decode(text(64)).id != nil)
    #expect(throws: InputError.self) { try decode(text(65)) }
  }

  @Test func `1 and its string are different names, and digits are kept`() throws {
    let number = try decode(#"{"id":1,"text":"t"}"#).id
    let string = try decode(#"{"id":"1","text":"t"}"#).id
    #expect(number != string)
    #expect(try decode(#"{"id":"\u0031","text":"t"}"#).id == string)
    #expect(
      try decode(#"{"id":123456789012345678901,"text":"t"}"#).id?.json == "123456789012345678901")
    #expect(try decode(#"{"id":null,"text":"t"}"#).id == nil)
  }

  @Test func `white space at the ends of a plain completion belongs to it`() throws {
    var judge = Judge()
    let kept = try judge.prepare(
      #"{"prompt":"Q: 2+2?\n\nA:","completion":" Four, as everyone knows.\n"}"#)
    #expect(kept.quality?.edits.isEmpty == true)
    let cut = try judge.prepare(#"{"instruction":"2+2?","output":" Four, as everyone knows.\n"}"#)
    #expect(cut.quality?.edits.isEmpty == false)
  }

  @Test func `a trimmed example keeps its shape, its other keys and their digits`() throws {
    var judge = Judge()
    let text =
      #"{ "x":1.10, "output":"Sure! The answer is four, as two and two make four.","instruction":"Add two and two.","id":7,"y":"\u00e9"}"#
    let prepared = try judge.prepare(text)
    let quality = try #require(prepared.quality)
    #expect(
      String(decoding: prepared.example.trimmed(quality.edits), as: UTF8.self)
        == text.replacingOccurrence(of: "Sure! ", by: ""))
  }
}

extension String {
  func replacingOccurrence(of word: String, by other: String) -> String {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(word) {
        return self[..<start] + other + self[index(start, offsetBy: word.count)...]
      }
      start = index(after: start)
    }
    return self
  }
}
