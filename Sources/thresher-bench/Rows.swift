internal import ArgumentParser
internal import Curation
internal import Glibc
internal import JSON
internal import JSONRPC
internal import Shingling
internal import Sketching

/// The rows of a file and what each step makes of them: a step is timed on ready input.
struct Rows {
  private(set) var lines: [[UInt8]] = []
  private(set) var values: [JSONValue] = []
  private(set) var examples: [Example] = []
  private(set) var texts: [ShingledText] = []
  private(set) var bandKeys: [[UInt64]] = []
  private(set) var byteCount = 0
  /// Of the texts alone.
  private(set) var textByteCount = 0
  private(set) var skipped = 0

  let settings = Settings()
  let idBytesMaximum = Limits().exampleIDBytes

  init(path: String) throws {
    let parser = JSONParser()
    let decoder = ExampleDecoder(fields: nil, idBytesMaximum: idBytesMaximum)
    var shingler = Shingler(shingle: settings.near.shingle, key: .published)
    var sketcher = Sketcher(threshold: settings.near.threshold, key: .published)
    for line in try Self.read(path).split(separator: 0x0A) {
      let bytes = Array(line)
      do {
        let value = try parser.parse(bytes).root
        let example = try decoder.decode(value)
        let text = Kernels.shingled(example, &shingler)
        lines.append(bytes)
        values.append(value)
        examples.append(example)
        texts.append(text)
        bandKeys.append(sketcher.bandKeys(of: text.shingles))
        byteCount += bytes.count
        for field in example.fields { textByteCount += field.range.count }
      } catch {
        skipped += 1
      }
    }
  }

  static func read(_ path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ValidationError("\(path): \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw ValidationError("\(path): \(String(cString: strerror(errno)))")
      }
      if count == 0 { break }
      bytes.append(contentsOf: chunk[..<count])
    }
    try checkIsPlain(bytes, path)
    return bytes
  }

  /// A regular file, mapped until the process ends.
  static func map(_ path: String) throws -> UnsafeRawBufferPointer {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ValidationError("\(path): \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    let size = Int(lseek(descriptor, 0, SEEK_END))
    guard size > 0 else { throw ValidationError("\(path): it is empty, or no file") }
    let base = mmap(nil, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0)
    guard let base, base != MAP_FAILED else {
      throw ValidationError("\(path): \(String(cString: strerror(errno)))")
    }
    let bytes = UnsafeRawBufferPointer(start: base, count: size)
    try checkIsPlain(bytes.prefix(2), path)
    return bytes
  }

  private static func checkIsPlain(_ bytes: some Sequence<UInt8>, _ path: String) throws {
    guard !bytes.starts(with: [0x1F, 0x8B]) else {
      throw ValidationError("\(path) is compressed; unpack it first, only the rows are timed")
    }
  }
}
