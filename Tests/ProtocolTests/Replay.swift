import JSONRPC
import Serving
import Testing

/// How the bytes of a transcript are cut on their way to the server.
enum Cut {
  case steps
  case none
  case everywhere
  /// In two, at this position of this conversation; the others go whole.
  case at(Int, conversation: Int)
}

/// Plays transcripts to a server without sockets.
struct Replay {
  let transcript: Transcript

  /// What comes back on each connection.
  func outputs(_ cut: Cut) -> [(bytes: [UInt8], isClosed: Bool)] {
    let harness = Harness()
    return transcript.conversations.enumerated().map { index, conversation in
      harness.connect(conversation.peer)
      for piece in pieces(of: conversation, index, cut) { harness.send(piece) }
      if conversation.hasEnd { harness.end() }
      return (harness.output, harness.isClosed)
    }
  }

  private func pieces(
    of conversation: Transcript.Conversation, _ index: Int, _ cut: Cut
  ) -> [[UInt8]] {
    switch cut {
    case .steps: return conversation.steps.map(\.sent)
    case .none: return [conversation.input]
    case .everywhere:
      return conversation.steps.flatMap { $0.isWhole ? [$0.sent] : $0.sent.map { [$0] } }
    case .at(let position, index):
      let input = conversation.input
      return [Array(input[..<position]), Array(input[position...])]
    case .at: return [conversation.input]
    }
  }

  /// Every way to cut the input in two, but for what must stay together.
  var cuts: [Cut] {
    transcript.conversations.enumerated().flatMap { index, conversation -> [Cut] in
      var cuts: [Cut] = []
      var position = 0
      for step in conversation.steps {
        for offset in step.sent.indices where !step.isWhole || offset == 0 {
          cuts.append(.at(position + offset, conversation: index))
        }
        position += step.sent.count
      }
      return cuts
    }
  }

  /// Expects the answers of the transcript and nothing else.
  func check(_ cut: Cut) {
    for (conversation, output) in zip(transcript.conversations, outputs(cut)) {
      var rest = output.bytes[...]
      for answer in conversation.answers {
        guard let message = Self.take(answer.framing, from: &rest) else {
          Issue.record("\(cut): instead of \(answer.expectation.text) came \(text(rest))")
          return
        }
        guard answer.expectation.isMet(by: message) else {
          Issue.record("\(cut): instead of \(answer.expectation.text) came \(text(message))")
          return
        }
      }
      #expect(rest.isEmpty, "\(cut): nobody expected \(text(rest))")
      #expect(output.isClosed == conversation.closes, "\(cut)")
    }
  }

  /// Sends step after step, and expects after each the answers that stand behind it.
  func checkStepByStep() {
    let harness = Harness()
    for conversation in transcript.conversations {
      harness.connect(conversation.peer)
      for step in conversation.steps {
        harness.send(step.sent)
        if step.isEnd { harness.end() }
        var rest = harness.takeOutput()[...]
        for answer in step.answers {
          let message = Self.take(answer.framing, from: &rest) ?? []
          #expect(
            answer.expectation.isMet(by: message),
            "instead of \(answer.expectation.text) came \(text(message))")
        }
        #expect(rest.isEmpty, "nobody expected \(text(rest)) after \(text(step.sent))")
      }
      #expect(harness.isClosed == conversation.closes)
    }
  }

  /// Takes one message off the front; nil if there is none in that framing.
  private static func take(
    _ framing: Framing, from bytes: inout ArraySlice<UInt8>
  ) -> ArraySlice<UInt8>? {
    func line() -> ArraySlice<UInt8>? {
      guard let newline = bytes.firstIndex(of: 0x0A) else { return nil }
      defer { bytes = bytes[(newline + 1)...] }
      return bytes[..<newline]
    }
    switch framing {
    case .lines: return line()
    case .headers:
      let name = "Content-Length: "
      guard let header = line().map({ text($0) }), header.hasPrefix(name), header.hasSuffix("\r"),
        let length = Int(header.dropFirst(name.count).dropLast()), line() == [0x0D],
        bytes.count >= length
      else { return nil }
      defer { bytes = bytes.dropFirst(length) }
      return bytes.prefix(length)
    }
  }
}
