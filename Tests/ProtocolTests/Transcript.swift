import JSONRPC
import Serving
import Testing

/// A conversation of `Protocol/transcripts`, whose README describes the format.
struct Transcript: Sendable, CustomTestStringConvertible {
  let name: String
  var conversations: [Conversation] = [Conversation()]

  var testDescription: String { name }

  /// What happens on one connection.
  struct Conversation: Sendable {
    var peer = Peer.unix
    var steps: [Step] = []
    var closes = false

    var input: [UInt8] { steps.flatMap(\.sent) }
    var hasEnd: Bool { steps.contains { $0.isEnd } }
    var answers: [Answer] { steps.flatMap(\.answers) }
  }

  /// One thing the client does, and the answers that come because of it.
  struct Step: Sendable {
    var sent: [UInt8] = []
    var isEnd = false
    /// Goes in one piece, always.
    var isWhole = false
    var answers: [Answer] = []
  }

  struct Answer: Sendable {
    let expectation: Expectation
    let framing: Framing
  }

  static let all: [Transcript] =
    ProtocolFolder.names(in: "transcripts", ending: ".txt").map {
      Transcript(name: $0, text: ProtocolFolder.text("transcripts/\($0).txt"))
    }

  /// Those that stand in the pages of the methods.
  static let ofPages: [Transcript] =
    ProtocolFolder.names(in: "methods", ending: ".md").flatMap { page in
      ProtocolFolder.text("methods/\(page).md").blocks(begin: "```transcript", end: "```").map {
        Transcript(name: "methods/\(page)", text: $0)
      }
    }
}

extension Transcript {
  init(name: String, text: String) {
    var reader = Reader(transcript: Transcript(name: name))
    for line in text.split(separator: "\n") { reader.read(line) }
    self = reader.transcript
  }

  private struct Reader {
    var transcript: Transcript
    private var framing = Framing.lines
    private var isTogether = false
    private var continues = false

    init(transcript: Transcript) { self.transcript = transcript }

    private var current: Conversation {
      get { transcript.conversations[transcript.conversations.count - 1] }
      set { transcript.conversations[transcript.conversations.count - 1] = newValue }
    }

    mutating func read(_ line: Substring) {
      switch line {
      case "-->EOF": current.steps.append(Step(isEnd: true))
      case "<--EOF": current.closes = true
      case "@together": (isTogether, continues) = (true, false)
      case "@apart": isTogether = false
      case "@framing headers": framing = .headers
      case "@framing lines": framing = .lines
      case "@peer tcp": current.peer = .tcp
      case "@only in-process": break
      case "@connection":
        transcript.conversations.append(Conversation())
        framing = .lines
      case _ where line.hasPrefix("#"): break
      case _ where line.hasPrefix("--> "): send(framing.frame(Array(line.dropFirst(4).utf8)))
      case _ where line.hasPrefix("=> "): send(Self.unescape(line.dropFirst(3)))
      case _ where line.hasPrefix("<-- "):
        if current.steps.isEmpty { current.steps.append(Step()) }
        current.steps[current.steps.count - 1].answers.append(
          Answer(expectation: Expectation(String(line.dropFirst(4))), framing: framing))
      default: preconditionFailure("\(transcript.name): no such line: \(line)")
      }
    }

    private mutating func send(_ bytes: [UInt8]) {
      if isTogether, continues {
        current.steps[current.steps.count - 1].sent += bytes
      } else {
        current.steps.append(Step(sent: bytes, isWhole: isTogether))
      }
      continues = isTogether
    }

    /// C escapes, and `\*N{TEXT}` for TEXT N times.
    private static func unescape(_ text: Substring) -> [UInt8] {
      var output: [UInt8] = []
      var rest = text
      while let character = rest.popFirst() {
        guard character == "\\" else {
          output += Array(character.utf8)
          continue
        }
        switch rest.popFirst() {
        case "n": output.append(0x0A)
        case "r": output.append(0x0D)
        case "t": output.append(0x09)
        case "\\": output.append(0x5C)
        case "x":
          output.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
          rest = rest.dropFirst(2)
        case "*":
          let count = Int(rest.prefix { $0 != "{" }) ?? 0
          let repeated = rest.drop { $0 != "{" }.dropFirst().prefix { $0 != "}" }
          for _ in 0..<count { output += Array(repeated.utf8) }
          rest = rest.drop { $0 != "}" }.dropFirst()
        default: preconditionFailure("no such escape in \(text)")
        }
      }
      return output
    }
  }
}

extension String {
  /// What stands between a line that is `begin` and the next that is `end`.
  func blocks(begin: String, end: String) -> [String] {
    var found: [String] = []
    var open: [Substring]?
    for line in split(separator: "\n", omittingEmptySubsequences: false) {
      if line == end, let lines = open {
        found.append(lines.joined(separator: "\n"))
        open = nil
      } else if line == begin {
        open = []
      } else {
        open?.append(line)
      }
    }
    return found
  }
}
