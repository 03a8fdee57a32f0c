internal import Glibc

/// Cuts a byte stream into messages, in either framing, and finds its way back after bad bytes.
///
/// Does no I/O: bytes go in with `append`, frames come out of `nextFrame` until it is nil.
/// The first bytes that are not white space decide: `content-` without regard to case begins a
/// header, anything else a line. How it finds its way back:
/// - a bad line ends at its newline; a line above the limit is dropped as it comes;
/// - a message of known length that is not JSON ends at that length, unless a whole
///   `Content-Length: N` line stands inside it: no valid JSON can hold one (a string has no raw
///   newline), so the length was a lie and the next message begins there (`reject`);
/// - after a bad header, or a length above the limit, everything up to the next such line is
///   dropped unread, within `limits.resynchronizationBytes`.
///
/// Invariant: `buffer[..<position]` is consumed; every byte is looked at a bounded number of times,
/// however the stream was cut.
package struct MessageFramer {
  package enum Frame: Equatable {
    case message([UInt8])
    /// Bytes that are no message; to be answered with this error, `id: null`.
    case garbage(RPCError)
    /// Nothing sensible will come from this peer: close without an answer.
    case hostile(String)
  }

  private enum State {
    case idle
    /// Inside a header block: the length so far, if one was given.
    case header(length: Int?, bytes: Int)
    case body(length: Int)
    /// Dropping the rest of a line that is too long.
    case skippingLine
    /// Dropping everything up to the next header.
    case seeking(dropped: Int)
    case ended
  }

  /// How answers on this connection are framed; nil until the first bytes told.
  package private(set) var framing: Framing?
  /// Can be changed between messages.
  package var limits: Limits
  private var buffer: [UInt8] = []
  private var position = 0
  /// Bytes from `position` on that were searched already without success.
  private var searched = 0
  private var state = State.idle
  private var hasEnded = false

  package init(limits: Limits) { self.limits = limits }

  package mutating func append(_ bytes: some Collection<UInt8>) {
    if position > 0, position == buffer.count {
      buffer.removeAll(keepingCapacity: buffer.capacity <= 4 << 20)
      position = 0
    } else if position > 1 << 20, position > buffer.count / 2 {
      buffer.removeFirst(position)
      position = 0
    }
    buffer.append(contentsOf: bytes)
  }

  /// The peer will send no more: what is left is the last message, finished or not.
  package mutating func finish() { hasEnded = true }

  /// The next frame; nil when more bytes are needed.
  /// - Complexity: O(bytes appended) over the life of the stream.
  package mutating func nextFrame() -> Frame? {
    while true {
      let progress: Progress
      switch state {
      case .idle: progress = beginMessage()
      case .header(let length, let bytes): progress = headerLine(length: length, bytes: bytes)
      case .body(let length): progress = body(length: length)
      case .skippingLine: progress = skipLine()
      case .seeking(let dropped): progress = seek(dropped: dropped)
      case .ended: return nil
      }
      switch progress {
      case .frame(let frame): return frame
      case .needsBytes: return nil
      case .goOn: continue
      }
    }
  }

  private enum Progress {
    case frame(Frame)
    case needsBytes
    case goOn
  }

  /// The message that was last handed out is not JSON: if a header line stands inside it, go on
  /// from there.
  package mutating func reject(_ message: [UInt8]) {
    guard framing == .headers, case .idle = state,
      let found = message.withUnsafeBufferPointer({ HeaderSearch.find(in: $0, from: 0).found })
    else { return }
    buffer.replaceSubrange(..<position, with: message[found...])
    position = 0
    searched = 0
  }

  // MARK: Between messages

  private mutating func beginMessage() -> Progress {
    while position < buffer.count, isBlank(buffer[position]) { position += 1 }
    searched = min(searched, buffer.count - position)
    guard position < buffer.count else {
      if hasEnded { state = .ended }
      return .needsBytes
    }
    if framing == nil {
      switch FirstBytes.tell(buffer[position...], isComplete: hasEnded) {
      case .undecided: return .needsBytes
      case .http(let verb):
        state = .ended
        return .frame(.hostile("it speaks HTTP (\(verb))"))
      case .framing(let told): framing = told
      }
    }
    if framing == .headers {
      state = .header(length: nil, bytes: 0)
      searched = 0
      return .goOn
    }
    return line()
  }

  // MARK: Lines

  private mutating func line() -> Progress {
    guard let newline = findNewline() else {
      let pending = buffer.count - position
      if pending > limits.messageBytes {
        state = .skippingLine
        return .frame(.garbage(tooLong(pending)))
      }
      guard hasEnded else { return .needsBytes }
      state = .ended
      return .frame(.message(Array(buffer[position...])))
    }
    if HeaderSearch.isHeaderLine(buffer[position...newline]) {
      framing = .headers
      state = .header(length: nil, bytes: 0)
      return .goOn
    }
    defer {
      position = newline + 1
      searched = 0
    }
    guard newline - position <= limits.messageBytes else {
      return .frame(.garbage(tooLong(newline - position)))
    }
    return .frame(.message(Array(buffer[position..<newline])))
  }

  private mutating func skipLine() -> Progress {
    guard let newline = findNewline() else {
      position = buffer.count
      searched = 0
      if hasEnded { state = .ended }
      return .needsBytes
    }
    position = newline + 1
    searched = 0
    state = .idle
    return .goOn
  }

  private mutating func findNewline() -> Int? {
    let start = position + searched
    let found = buffer.withUnsafeBytes { bytes -> Int? in
      guard start < bytes.count, let base = bytes.baseAddress,
        let newline = memchr(base + start, 0x0A, bytes.count - start)
      else { return nil }
      return base.distance(to: UnsafeRawPointer(newline))
    }
    searched = found == nil ? buffer.count - position : 0
    return found
  }

  private func tooLong(_ count: Int) -> RPCError {
    RPCError(
      .limitExceeded,
      "a message may have \(limits.messageBytes) bytes, this one has at least \(count)",
      limit: "messageBytes")
  }

  // MARK: Headers

  private mutating func headerLine(length: Int?, bytes: Int) -> Progress {
    guard let newline = findNewline() else {
      if buffer.count - position + bytes > limits.headerBytes {
        return badHeader("a header may have \(limits.headerBytes) bytes", limit: "headerBytes")
      }
      guard hasEnded else { return .needsBytes }
      state = .ended
      return .frame(.garbage(RPCError(.parseError, "the input ends inside a header")))
    }
    var line = buffer[position..<newline]
    if line.last == 0x0D { line.removeLast() }
    let total = bytes + newline + 1 - position
    guard total <= limits.headerBytes else {
      return badHeader("a header may have \(limits.headerBytes) bytes", limit: "headerBytes")
    }
    if line.isEmpty {
      position = newline + 1
      guard let length else { return badHeader("a header without Content-Length") }
      guard length <= limits.messageBytes else {
        // Nothing is allocated for it. Skipping so many bytes would trust a length that may be a
        // lie, so the next header is looked for instead.
        state = .seeking(dropped: 0)
        return .frame(.garbage(tooLong(length)))
      }
      state = .body(length: length)
      searched = 0
      return .goOn
    }
    switch HeaderField(line) {
    case .malformed: return badHeader("a header line that is no \"Name: value\"")
    case .badLength: return badHeader("Content-Length is no number of bytes", after: newline)
    case .badCharset: return badHeader("the charset must be utf-8", after: newline)
    case .other:
      // A header may have been glued to the end of garbage.
      let found = buffer[position...newline].withUnsafeBufferPointer {
        HeaderSearch.find(in: $0, from: 0).found
      }
      if found != nil { return badHeader("a header line that is no \"Name: value\"") }
      state = .header(length: length, bytes: total)
    case .contentLength(let value):
      if let length, length != value {
        return badHeader("two different values of Content-Length", after: newline)
      }
      state = .header(length: value, bytes: total)
    }
    position = newline + 1
    return .goOn
  }

  private mutating func badHeader(
    _ message: String, limit: String? = nil, after newline: Int? = nil
  ) -> Progress {
    if let newline { position = newline + 1 }
    searched = 0
    state = .seeking(dropped: 0)
    return .frame(.garbage(RPCError(.parseError, message, limit: limit)))
  }

  private mutating func body(length: Int) -> Progress {
    if buffer.count - position >= length {
      let message = Array(buffer[position..<position + length])
      position += length
      searched = 0
      state = .idle
      return .frame(.message(message))
    }
    // A header line inside an unfinished body: the length was a lie (see the type's comment).
    let search = buffer[position...].withUnsafeBufferPointer {
      HeaderSearch.find(in: $0, from: searched)
    }
    if let found = search.found {
      position += found
      searched = 0
      state = .idle
      return .frame(
        .garbage(
          RPCError(.parseError, "the next header begins before \(length) bytes of body are over")))
    }
    searched = search.searched
    guard hasEnded else { return .needsBytes }
    let have = buffer.count - position
    state = .ended
    return .frame(
      .garbage(RPCError(.parseError, "the input ends after \(have) of \(length) bytes of a body")))
  }

  private mutating func seek(dropped: Int) -> Progress {
    let search = buffer[position...].withUnsafeBufferPointer {
      HeaderSearch.find(in: $0, from: 0)
    }
    if let found = search.found {
      position += found
      state = .idle
      return .goOn
    }
    position += search.searched
    let total = dropped + search.searched
    guard total <= limits.resynchronizationBytes else {
      state = .ended
      return .frame(.hostile("no header within \(limits.resynchronizationBytes) bytes"))
    }
    state = hasEnded ? .ended : .seeking(dropped: total)
    return .needsBytes
  }
}

private func isBlank(_ byte: UInt8) -> Bool {
  byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
}
