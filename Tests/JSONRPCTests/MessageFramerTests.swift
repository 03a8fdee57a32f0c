import JSON
import JSONRPC
import Testing

@Suite struct MessageFramerTests {
  /// What comes out of a framer, in short: the message, or `!` and the error's message.
  static func frames(
    _ pieces: [[UInt8]], limits: Limits = Limits(), rejecting: Bool = false
  ) -> [String] {
    var framer = MessageFramer(limits: limits)
    var found: [String] = []
    func take() {
      while let frame = framer.nextFrame() {
        switch frame {
        case .message(let bytes):
          found.append(String(decoding: bytes, as: UTF8.self))
          if rejecting, (try? JSONParser().parse(bytes)) == nil { framer.reject(bytes) }
        case .garbage(let error): found.append("!" + error.message)
        case .hostile(let reason): found.append("#" + reason)
        }
      }
    }
    for piece in pieces {
      framer.append(piece)
      take()
    }
    framer.finish()
    take()
    return found
  }

  struct Stream: CustomTestStringConvertible {
    let testDescription: String
    let bytes: String
    let frames: [String]

    init(_ description: String, _ bytes: String, _ frames: [String]) {
      testDescription = description
      self.bytes = bytes
      self.frames = frames
    }
  }

  static func header(_ body: String) -> String {
    "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  static let streams: [Stream] = [
    Stream("nothing", "", []),
    Stream("blank lines", "\n\r\n \n", []),
    Stream("two lines", "{\"a\":1}\n{\"b\":2}\n", ["{\"a\":1}", "{\"b\":2}"]),
    Stream("lines end with CRLF", "{}\r\n[]\r\n", ["{}\r", "[]\r"]),
    Stream("a last line without its end", "{}\n{\"b\"", ["{}", "{\"b\""]),
    Stream("one frame", header("{}"), ["{}"]),
    Stream("two frames", header("{\"a\":\"ü\"}") + header("[1]"), ["{\"a\":\"ü\"}", "[1]"]),
    Stream("an empty body", header("") + header("{}"), ["", "{}"]),
    Stream(
      "blank lines between frames", "\r\n\n" + header("{}") + "\r\n" + header("1"), ["{}", "1"]),
    Stream("lower case and no blank", "content-length:2\r\n\r\n{}" + header("1"), ["{}", "1"]),
    Stream("line feeds alone", "Content-Length: 2\n\n{}" + header("1"), ["{}", "1"]),
    Stream(
      "another header field",
      "Content-Type: application/vscode-jsonrpc; charset=utf8\r\n" + header("{}"), ["{}"]),
    Stream(
      "a charset that is not ours",
      "Content-Type: x; charset=latin1\r\n" + header("{}") + header("1"),
      ["!the charset must be utf-8", "{}", "1"]),
    Stream(
      "a negative length", "Content-Length: -5\r\n\r\n{}" + header("{\"a\":1}"),
      ["!Content-Length is no number of bytes", "{\"a\":1}"]),
    Stream(
      "a length that is no number", "Content-Length: x\r\n\r\n" + header("1"),
      ["!Content-Length is no number of bytes", "1"]),
    Stream(
      "two lengths that differ", "Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}" + header("7"),
      ["!two different values of Content-Length", "7"]),
    // A fuzzer's: folding case with one bit made "\r" a "-", and the framer met it without end.
    Stream(
      "a carriage return where the name has its dash", "Content\rLength: 2\r\n\r\n{}\n",
      ["Content\rLength: 2\r", "{}"]),
    Stream(
      "the same between frames", header("1") + "Content\rLength: 2\r\n\r\n{}" + header("7"),
      ["1", "!a header line that is no \"Name: value\"", "7"]),
    Stream("two lengths that agree", "Content-Length: 2\r\n" + header("{}"), ["{}"]),
    Stream(
      "a length above the limit",
      "Content-Length: 99999999999\r\n\r\n{}" + header("{\"a\":1}"),
      ["!a message may have 64 bytes, this one has at least 99999999999", "{\"a\":1}"]),
    Stream(
      "a header without a length", "Content-Type: x\r\n\r\n{}" + header("1"),
      ["!a header without Content-Length", "1"]),
    Stream(
      "garbage between frames", header("{}") + "hello\r\n" + header("1"),
      ["{}", "!a header line that is no \"Name: value\"", "1"]),
    Stream(
      "garbage before a header on its line", header("{}") + "xxContent-Length: 1\r\n\r\n7",
      ["{}", "!a header line that is no \"Name: value\"", "7"]),
    Stream("a garbage line first", "garbage\r\n" + header("{}"), ["garbage\r", "{}"]),
    Stream(
      "a body that is shorter than said", "Content-Length: 40\r\n\r\n{}" + header("{\"a\":1}"),
      ["!the next header begins before 40 bytes of body are over", "{\"a\":1}"]),
    Stream(
      "the end inside a body", "Content-Length: 9\r\n\r\n{}",
      ["!the input ends after 2 of 9 bytes of a body"]),
    Stream("the end inside a header", "Content-Length: 9", ["!the input ends inside a header"]),
    Stream("HTTP", "GET / HTTP/1.1\r\n\r\n", ["#it speaks HTTP (GET)"]),
    Stream("a word that begins like a header", "content\n{}\n", ["content", "{}"]),
  ]

  static var small: Limits {
    var limits = Limits()
    limits.messageBytes = 64
    limits.headerBytes = 128
    return limits
  }

  @Test(arguments: streams)
  func `a stream gives its frames however it is cut in two`(_ stream: Stream) {
    let bytes = Array(stream.bytes.utf8)
    for cut in 0...bytes.count {
      let found = Self.frames([Array(bytes[..<cut]), Array(bytes[cut...])], limits: Self.small)
      #expect(found == stream.frames, "cut at \(cut)")
    }
  }

  @Test(arguments: streams)
  func `a stream gives its frames byte by byte`(_ stream: Stream) {
    #expect(Self.frames(stream.bytes.utf8.map { [$0] }, limits: Self.small) == stream.frames)
  }

  @Test func `a short stream gives its frames in every way to cut it`() {
    let bytes = Array("{}\n1\nContent-Length: 1\r\n\r\n2".utf8)
    let expected = ["{}", "1", "2"]
    // All ways to cut the first 12 bytes, the rest in one piece.
    for mask in 0..<(1 << 12) {
      var pieces: [[UInt8]] = [[]]
      for (index, byte) in bytes.enumerated() {
        pieces[pieces.count - 1].append(byte)
        if index < 12, mask & (1 << index) != 0 { pieces.append([]) }
      }
      #expect(Self.frames(pieces) == expected)
    }
  }

  @Test func `a body that is not JSON and holds a header gives the message behind it`() {
    let inner = Self.header("{\"good\":1}")
    let body = "{\"cut" + inner
    let stream = "Content-Length: \(body.utf8.count)\r\n\r\n\(body)" + Self.header("2")
    #expect(
      Self.frames([Array(stream.utf8)], rejecting: true) == [body, "{\"good\":1}", "2"])
  }

  @Test func `a line at the limit is a message and one byte above is refused`() {
    let limits = Self.small
    let atLimit = String(repeating: "1", count: 64)
    let above = String(repeating: "1", count: 65)
    let refused = "!a message may have 64 bytes, this one has at least 65"
    #expect(Self.frames([Array("\(atLimit)\n2\n".utf8)], limits: limits) == [atLimit, "2"])
    #expect(Self.frames([Array("\(above)\n2\n".utf8)], limits: limits) == [refused, "2"])
    #expect(
      Self.frames("\(above)\(above)\n2\n".utf8.map { [$0] }, limits: limits) == [refused, "2"])
  }

  @Test func `a body at the limit is a message and one byte above is refused`() {
    let limits = Self.small
    let body = String(repeating: "1", count: 64)
    #expect(Self.frames([Array(Self.header(body).utf8)], limits: limits) == [body])
    let above = Self.frames(
      [Array((Self.header(body + "1") + Self.header("2")).utf8)], limits: limits)
    #expect(above == ["!a message may have 64 bytes, this one has at least 65", "2"])
  }

  @Test func `a peer that never sends a header is given up within the bound`() {
    var limits = Self.small
    limits.resynchronizationBytes = 1_000
    let noise = Array(repeating: UInt8(ascii: "x"), count: 3_000)
    let found = Self.frames([Array("Content-Length: x\r\n\r\n".utf8), noise], limits: limits)
    #expect(found.last == "#no header within 1000 bytes")
  }

  @Test func `answers are framed as the questions were`() {
    #expect(Framing.lines.frame(Array("{}".utf8)) == Array("{}\n".utf8))
    #expect(Framing.headers.frame(Array("{}".utf8)) == Array("Content-Length: 2\r\n\r\n{}".utf8))
  }
}
