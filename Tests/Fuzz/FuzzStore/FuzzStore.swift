internal import CorpusStore
internal import Curation
internal import Glibc
internal import JSON

/// A corpus file with some of its bytes changed, or with a row whose stored text was made up: it is
/// refused by name or it loads; either way the process lives.
///
/// The first byte chooses. Even: the rest are patches of a sound file, four bytes each (offset, low byte
/// first, in three; the new byte), the first of which cuts it there when its byte is zero. Odd: the rest
/// is the stored text of a row that has the right checksum.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzStore(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
  guard size > 1 else { return 0 }
  let rest = Array(UnsafeBufferPointer(start: data + 1, count: size - 1))
  if data[0] & 1 == 0 { Subject.shared.patch(rest) } else { Subject.shared.store(rest) }
  return 0
}

private final class Subject: Sendable {
  static let shared = Subject()

  private let folder: String
  private let directory: StateDirectory
  private let sound: [UInt8]

  private init() {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/thresher-fuzz-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { preconditionFailure("no temporary directory") }
    folder = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    do {
      directory = try StateDirectory(folder)
      let file = try CorpusFile.create("sound", Settings(), in: directory, .normal, version: "")
      let corpus = try CorpusLoader.load(file, NoFiles(), threads: 1)
      var curator = Curator(settings: Settings())
      let decoder = ExampleDecoder(fields: nil, idBytesMaximum: 256)
      for number in 0..<60 {
        let words = (0..<30).map { "w\((number % 40) * ($0 % 7 + 1))" }.joined(separator: " ")
        let json = #"{"id":\#(number),"instruction":"say","output":"\#(words)"}"#
        let example = try decoder.decode(try JSONParser().parse(Array(json.utf8)).root)
        _ = try corpus.admit(curator.prepare(example, .full), Corpus.Options())
      }
      try file.append(corpus.takeJournal())
      file.close()
    } catch {
      preconditionFailure("no sound file to begin with: \(error)")
    }
    sound = Self.read("\(folder)/sound.sqlite")
  }

  func patch(_ patches: [UInt8]) {
    var bytes = sound
    var isFirst = true
    for start in stride(from: 0, to: patches.count - 3, by: 4) {
      let offset =
        Int(patches[start]) | Int(patches[start + 1]) << 8 | Int(patches[start + 2]) << 16
      let byte = patches[start + 3]
      if isFirst, byte == 0 {
        bytes.removeLast(bytes.count - offset % (bytes.count + 1))
      } else if !bytes.isEmpty {
        bytes[offset % bytes.count] = byte
      }
      isFirst = false
    }
    write(bytes, to: "\(folder)/patched.sqlite")
    load("patched")
    remove("patched")
  }

  func store(_ shape: [UInt8]) {
    do {
      let file = try CorpusFile.create("row", Settings(), in: directory, .normal, version: "")
      var journal = Journal()
      var stored = StoredDecision(sequence: 1, id: nil, content: 1, reasons: [])
      stored.shape = journal.write { $0 += shape }
      journal.append(.decided(stored))
      try file.append(journal)
      file.close()
    } catch {
      preconditionFailure("a row could not be written: \(error)")
    }
    load("row")
    remove("row")
  }

  private func load(_ name: String) {
    do {
      let file = try CorpusFile.open(name, in: directory, .normal)
      defer { file.close() }
      try CorpusLoader.load(file, NoFiles(), threads: 1).checkInvariants()
    } catch {
      // Refused by name, as it should be.
    }
  }

  // MARK: Files

  private func remove(_ name: String) {
    for suffix in ["", "-wal", "-shm"] { unlink("\(folder)/\(name).sqlite\(suffix)") }
  }

  private static func read(_ path: String) -> [UInt8] {
    let descriptor = open(path, O_RDONLY)
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    precondition(count > 0 && count < bytes.count)
    return Array(bytes.prefix(count))
  }

  private func write(_ bytes: [UInt8], to path: String) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    defer { close(descriptor) }
    precondition(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
  }
}

private struct NoFiles: FileReading {
  func stamp(of path: String) -> String? { nil }
  func read(
    _ path: String, bytesMaximum: Int
  ) throws(FileProblem) -> (bytes: [UInt8], digest: FileDigest) {
    throw FileProblem("No such file or directory")
  }
}
