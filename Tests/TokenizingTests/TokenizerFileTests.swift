import Testing

@testable import Tokenizing

@Suite struct TokenizerFileTests {
  static func ids(_ file: String, _ text: String) throws -> [UInt32] {
    TokenEncoder(try Tokenizer.read(Array(file.utf8))).ids(Array(text.utf8).span)
  }

  static func problem(_ file: [UInt8]) -> String {
    do throws(TokenizerProblem) {
      _ = try Tokenizer.read(file)
      return "nothing wrong"
    } catch {
      return error.description
    }
  }

  static let wordPiece = #"""
    {"added_tokens":[{"id":5,"content":"[SEP]","special":true,"normalized":false}],
     "normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true},
     "pre_tokenizer":{"type":"BertPreTokenizer"},
     "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":8,
      "vocab":{"[UNK]":0,"un":1,"##able":2,"cafe":3,"!":4,"[SEP]":5,"\u4f60":6}}}
    """#

  static let metaspace = #"""
    {"added_tokens":[{"id":0,"content":"<s>","special":true}],
     "normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"\u2581"},{"type":"Replace","pattern":{"String":" "},"content":"\u2581"}]},
     "model":{"type":"BPE","unk_token":"<unk>","fuse_unk":true,"byte_fallback":true,
      "vocab":{"<s>":0,"<unk>":1,"<0xE4>":2,"<0xBD>":3,"<0xA0>":4,"\u2581":5,"a":6,"b":7,"\u2581a":8,"ab":9},
      "merges":["\u2581 a","a b"]}}
    """#

  @Test(
    arguments: [
      (wordPiece, "Unable Caf\u{E9}!", [1, 2, 3, 4]), (wordPiece, "unablex", [0]),
      (wordPiece, "ununununu", [0]), (wordPiece, "unununun", [0]),
      (wordPiece, "un[SEP]un", [1, 5, 1]),
      (wordPiece, "a\u{4F60}un", [0, 6, 1]), (wordPiece, "", []),
      (metaspace, "ab", [8, 7]), (metaspace, "a ab", [8, 8, 7]), (metaspace, "bab", [5, 7, 9]),
      (metaspace, "\u{4F60}", [5, 2, 3, 4]), (metaspace, "x y", [5, 1, 5, 1]),
      (metaspace, "xy", [5, 1]), (metaspace, "<s>a", [0, 8]), (metaspace, "", []),
    ] as [(String, String, [UInt32])])
  func `a text becomes the tokens of the file`(
    _ file: String, _ text: String, _ expected: [UInt32]
  ) throws {
    #expect(try Self.ids(file, text) == expected)
  }

  @Test(arguments: [
    ("", "the file is empty"), ("  ", "the file is empty"), ("{", "not JSON"),
    ("{}", "no /model"), (#"{"model":{"type":"Neural"}}"#, #"/model: the type "Neural""#),
    (#"{"model":{"type":"BPE","vocab":{},"merges":[]}}"#, "/model/vocab: 0 tokens"),
    (#"{"model":{"type":"BPE","vocab":[],"merges":[]}}"#, "/model/vocab: an object"),
    (#"{"model":{"type":"BPE","vocab":{"a":-1},"merges":[]}}"#, "/model/vocab: a: an id"),
    (#"{"model":{"type":"BPE","vocab":{"a":1},"merges":["a a"]}}"#, "/model/merges: 0: a token of"),
    (#"{"model":{"type":"BPE","vocab":{"a":1},"merges":["aa"]}}"#, "/model/merges: 0: a pair"),
    (#"{"model":{"type":"BPE","vocab":{"a":1},"merges":[],"dropout":0.1}}"#, "/model/dropout"),
    (#"{"model":{"type":"WordPiece","vocab":{"a":1},"unk_token":"u"}}"#, "/model/unk_token"),
    (#"{"model":{"type":"Unigram","vocab":[["a",1]]}}"#, "/model/unk_id"),
    (#"{"model":{"type":"Unigram","vocab":[["a","b"]],"unk_id":0}}"#, "/model/vocab: 0"),
    (#"{"model":{"type":"Unigram","vocab":[["a",1e999]],"unk_id":0}}"#, "/model/vocab: 0"),
    (#"{"model":{"type":"Unigram","vocab":[["a",1]],"unk_id":7}}"#, "/model/unk_id"),
    (
      #"{"normalizer":{"type":"Sequence","normalizers":[{"type":"Nmt"}]},"model":{}}"#,
      #"/normalizer/normalizers/0: the type "Nmt" is not supported"#
    ),
    (
      #"{"normalizer":{"type":"Precompiled","precompiled_charsmap":"AAAA"},"model":{}}"#,
      "/normalizer/precompiled_charsmap: the charsmap is cut off"
    ),
    (
      #"{"pre_tokenizer":{"type":"UnicodeScripts"},"model":{}}"#,
      #"/pre_tokenizer: the type "UnicodeScripts""#
    ),
    (
      #"{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(?<=a)b"},"behavior":"Isolated"},"model":{}}"#,
      "/pre_tokenizer/pattern/Regex: the expression's"
    ),
    (
      #"{"pre_tokenizer":{"type":"Split","pattern":{"String":""},"behavior":"Isolated"},"model":{}}"#,
      "/pre_tokenizer/pattern/String"
    ),
    (
      #"{"pre_tokenizer":{"type":"ByteLevel"},"model":{"type":"WordPiece"}}"#,
      "/model: ByteLevel before WordPiece"
    ),
    (#"{"added_tokens":[{"content":3}],"model":{}}"#, "/model"),
    ("\u{A}\u{4}abcd", "a SentencePiece model"), ("hello world\n", "line 1: a token in base64"),
    ("YQ== 0\nYQ== x\n", "line 2: a token"), ("YQ== 0\nYg== 0\n", "rank 0 is there twice"),
    ("YQ== 0\nYg== 1\n", "only 2 of the 256 single bytes"), ("YQ== 99999999999\n", "line 1"),
  ])
  func `what is wrong is told with the part it is in`(_ file: String, _ expected: String) {
    let found = Self.problem(Array(file.utf8))
    #expect(found.contains(expected), "\(found)")
  }

  @Test func `a file of ranks that nobody knows is refused by its size`() {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    let lines = (0..<256).map { byte in
      "\(alphabet[byte >> 2])\(alphabet[(byte & 3) << 4])== \(byte)"
    }
    let found = Self.problem(Array(lines.joined(separator: "\n").utf8))
    #expect(found.contains("256 ranks of no known vocabulary"), "\(found)")
  }

  @Test(arguments: [wordPiece, metaspace])
  func `a file cut off anywhere, or with a byte changed, gives an error or another tokenizer`(
    _ file: String
  ) {
    let bytes = Array(file.utf8)
    let text = Array("Un <s>ab\u{4F60} [SEP] x".utf8)
    func tryOut(_ bytes: [UInt8]) -> Bool {
      guard let tokenizer = try? Tokenizer.read(bytes) else { return false }
      return TokenEncoder(tokenizer).count(text.span) >= 0
    }
    for end in bytes.indices.dropLast(1) { #expect(!tryOut(Array(bytes[..<end]))) }
    var maker = TextMaker(seed: 5)
    var worked = 0
    for _ in 0..<2_000 {
      var changed = bytes
      for _ in 0..<(1 + maker.number(below: 3)) {
        changed[maker.number(below: bytes.count)] = UInt8(maker.number(below: 256))
      }
      if tryOut(changed) { worked += 1 }
    }
    #expect(worked > 0)
  }

  @Test func `a cache changes nothing`() throws {
    let tokenizer = try Tokenizer.read(Array(Self.metaspace.utf8))
    let encoder = TokenEncoder(tokenizer)
    var maker = TextMaker(seed: 9)
    for _ in 0..<500 {
      let text = maker.text(parts: 12)
      let fresh = TokenEncoder(try Tokenizer.read(Array(Self.metaspace.utf8)))
      #expect(encoder.ids(text.span) == fresh.ids(text.span))
      #expect(encoder.count(text.span) == fresh.ids(text.span).count)
    }
  }
}
