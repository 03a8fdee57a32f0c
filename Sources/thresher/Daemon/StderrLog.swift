internal import Glibc
internal import JSON
internal import Logging

/// Log lines on stderr, for people or for machines.
struct StderrLog: LogHandler {
  enum Format: String, CaseIterable, Sendable { case text, json }

  let format: Format
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info

  init(format: Format) { self.format = format }

  /// - Parameter name: of the format, as it was given; nil is the environment's, or text.
  static func logger(_ name: String?) throws -> Logger {
    let name = name ?? environment("THRESHER_LOG") ?? "text"
    guard let format = Format(rawValue: name) else {
      throw Failure("--log is text or json, not \(name)")
    }
    return Logger(label: "thresher") { _ in StderrLog(format: format) }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let facts = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
    switch format {
    case .text:
      let tail = facts.map { " \($0.key)=\($0.value)" }.joined()
      Terminal.error("\(Self.time()) \(event.level): \(event.message)\(tail)")
    case .json: Terminal.error(json(event, facts))
    }
  }

  private func json(
    _ event: LogEvent, _ facts: [(key: String, value: Logger.MetadataValue)]
  ) -> String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.key("time")
      writer.string(Self.time())
      writer.key("level")
      writer.string(event.level.rawValue)
      writer.key("message")
      writer.string("\(event.message)")
      for fact in facts {
        writer.key(escaping: fact.key)
        writer.string("\(fact.value)")
      }
    }
    return String(decoding: writer.take(), as: UTF8.self)
  }

  /// UTC, to the millisecond.
  private static func time() -> String {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    var parts = tm()
    gmtime_r(&now.tv_sec, &parts)
    var buffer = [CChar](repeating: 0, count: 32)
    let count = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%S", &parts)
    let text = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let milliseconds = String(1_000 + now.tv_nsec / 1_000_000).dropFirst()
    return "\(text).\(milliseconds)Z"
  }
}
