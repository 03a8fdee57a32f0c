internal import JSON
internal import JSONRPC

/// Bytes of a peer, cut in ways that the first byte chooses, must give the frames that they give when
/// they come as one piece; and whatever comes, the framer ends.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFramer(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
  guard size > 0 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: data + 1, count: size - 1))
  let whole = Frames.of(bytes, pieceSize: bytes.count)
  let cut = Frames.of(bytes, pieceSize: 1 + Int(data[0] & 31))
  precondition(whole == cut, "frames depend on how the bytes were cut")
  return 0
}

private enum Frames {
  /// Small, so that a fuzzer meets them.
  static let limits: Limits = {
    var limits = Limits()
    limits.messageBytes = 256
    limits.headerBytes = 128
    limits.resynchronizationBytes = 1 << 20
    return limits
  }()

  /// What a peer would see. A body with a header inside is refused whether it came whole or in part, and
  /// the words of the refusal tell which.
  enum Answer: Equatable {
    case message([UInt8])
    case refusal(RPCError.Kind)
    case end
  }

  static func of(_ bytes: [UInt8], pieceSize: Int) -> [Answer] {
    var framer = MessageFramer(limits: limits)
    let parser = JSONParser()
    var found: [Answer] = []
    func take() {
      while let frame = framer.nextFrame() {
        switch frame {
        case .message(let message):
          do {
            _ = try parser.parse(message)
            found.append(.message(message))
          } catch {
            framer.reject(message)
            found.append(.refusal(.parseError))
          }
        case .garbage(let error): found.append(.refusal(error.kind))
        case .hostile: found.append(.end)
        }
        precondition(found.count <= bytes.count + 2, "more frames than bytes")
      }
    }
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + pieceSize)
      framer.append(bytes[start..<end])
      take()
      start = end
    }
    framer.finish()
    take()
    return found
  }
}
