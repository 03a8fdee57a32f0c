internal import CZlib
internal import CZstd
internal import Glibc

/// Bytes of an input file or of standard input, decompressed. Which compression it is, if any, is
/// told by the first bytes; several members one after another are one text, as gzip and zstd have it.
final class ByteSource {
  let name: String
  /// Bytes of the file; nil for a pipe.
  let size: Int?
  /// Bytes read from the file so far, for the progress.
  private(set) var position = 0

  private let descriptor: Int32
  private var input: [UInt8]
  private var available: Range<Int> = 0..<0
  private var decompressor: (any Decompressor)?
  private var hasLooked = false

  static let chunkBytes = 1 << 20

  /// - Parameter path: `-` is standard input.
  init(path: String) throws {
    name = path
    if path == "-" {
      descriptor = 0
    } else {
      descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw Failure("\(path): \(systemError())") }
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Failure("\(path): \(systemError())") }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw Failure("\(path): is a directory") }
    size = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    input = [UInt8](repeating: 0, count: Self.chunkBytes)
  }

  deinit { if descriptor > 0 { close(descriptor) } }

  /// Appends the next bytes.
  /// - Returns: false at the end.
  func read(into output: inout [UInt8]) throws -> Bool {
    if !hasLooked { try look() }
    guard let decompressor else {
      guard try fill() else { return false }
      output.append(contentsOf: input[available])
      available = 0..<0
      return true
    }
    while true {
      if available.isEmpty, try !fill() {
        guard decompressor.isBetweenMembers else {
          throw Failure("\(name): the compressed data ends in the middle (truncated)")
        }
        return false
      }
      let before = output.count
      available = try decompressor.run(input, available, &output, name)
      if output.count > before { return true }
    }
  }

  private func look() throws {
    hasLooked = true
    // A pipe may bring fewer bytes than a magic number has.
    while available.count < 4, try fill(keeping: available) {}
    let first = Array(input[available].prefix(4))
    decompressor = try Decompressors.make(for: first)
    if decompressor == nil, let hint = ForeignFormat.hint(first, name) {
      throw Failure(hint)
    }
  }

  private func fill(keeping kept: Range<Int>? = nil) throws -> Bool {
    if kept == nil, !available.isEmpty { return true }
    let start = kept?.upperBound ?? 0
    while true {
      try Interruption.check()
      let count = input[start...].withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Failure("\(name): \(systemError())") }
      position += count
      available = (kept?.lowerBound ?? 0)..<(start + count)
      return count > 0
    }
  }
}

/// Formats that people have their data in, which are no JSONL.
enum ForeignFormat {
  static func hint(_ first: [UInt8], _ name: String) -> String? {
    let convert =
      "convert it first: python3 -c \"import datasets; datasets.load_dataset('KIND', "
      + "data_files='\(name)', split='train').to_json('data.jsonl')\""
    if first == Array("PAR1".utf8) {
      return "\(name): this is Parquet, JSONL is expected; "
        + convert.replacingFirst("KIND", by: "parquet")
    }
    if first == Array("ARRO".utf8) {
      return "\(name): this is Arrow, JSONL is expected; "
        + convert.replacingFirst("KIND", by: "arrow")
    }
    if first == [0x50, 0x4B, 0x03, 0x04] {
      return "\(name): this is a ZIP archive; unpack it first: unzip -p \(name) | thresher filter -"
    }
    if first.starts(with: Array("BZh".utf8)) {
      return "\(name): this is bzip2; unpack it first: bzcat \(name) | thresher filter -"
    }
    if first == [0xFD, 0x37, 0x7A, 0x58] {
      return "\(name): this is xz; unpack it first: xzcat \(name) | thresher filter -"
    }
    let lowered = name.lowercased()
    if lowered.hasSuffix(".csv") || lowered.hasSuffix(".tsv") {
      return "\(name): this is a table, JSONL is expected; "
        + convert.replacingFirst("KIND", by: "csv")
    }
    return nil
  }
}

extension String {
  fileprivate func replacingFirst(_ word: String, by other: String) -> String {
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
