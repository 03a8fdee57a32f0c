import Curation
import JSON
import Synchronization
import Testing
import Trimming

/// Files in memory. Their digests are made up; equal bytes have equal ones.
final class MemoryFiles: FileReading {
  private struct State {
    var files: [String: (text: String, stamp: String?)] = [:]
    var reads: [String] = []
  }

  private let state = Mutex(State())

  var files: [String: (text: String, stamp: String?)] {
    get { state.withLock(\.files) }
    set { state.withLock { $0.files = newValue } }
  }

  var reads: [String] { state.withLock(\.reads) }

  func stamp(of path: String) -> String? { files[path]?.stamp }

  func read(
    _ path: String, bytesMaximum: Int
  ) throws(FileProblem) -> (bytes: [UInt8], digest: FileDigest) {
    state.withLock { $0.reads.append(path) }
    guard let file = files[path] else { throw FileProblem("No such file or directory") }
    let bytes = Array(file.text.utf8)
    guard bytes.count <= bytesMaximum else { throw FileProblem("at most \(bytesMaximum) bytes") }
    var digest = [UInt8](repeating: 0, count: FileDigest.byteCount)
    for (index, byte) in bytes.enumerated() {
      digest[index % digest.count] = digest[index % digest.count] &* 31 &+ byte
    }
    return (bytes, FileDigest(bytes: digest))
  }
}

@Suite struct SettingsFilesTests {
  let disk = MemoryFiles()
  let files: SettingsFiles

  init() {
    files = SettingsFiles(disk)
    disk.files = [
      "/a.txt": ("opener:\nahoy\n", "1"), "/same.txt": ("opener:\nahoy\n", "2"),
      "/b.txt": ("closer:\nfair winds\n", "3"), "/bad.txt": ("closer:\n* winds\n", "4"),
    ]
  }

  func change(_ text: String, _ access: FileAccess? = nil) throws -> SettingsChange {
    try SettingsChange(try json(text), at: .root, files: access ?? .absolute(files))
  }

  func phrases(_ path: String) throws -> SettingsChange {
    try change(#"{"trim":{"phrases":"\#(path)"}}"#)
  }

  func message(_ text: String, _ access: FileAccess? = nil) -> String {
    do throws(InputError) {
      _ = try SettingsChange(
        try parsed(text), at: .root, files: access ?? .absolute(files))
      return "nothing wrong"
    } catch {
      return "\(error.message), at \(error.pointer)"
    }
  }

  private func parsed(_ text: String) throws(InputError) -> JSONValue {
    do { return try json(text) } catch { throw InputError(.invalidSettings, "no JSON") }
  }

  @Test func `a file is read once as long as it does not change`() throws {
    let first = try phrases("/a.txt").applied(to: Settings()).phrases
    let second = try phrases("/a.txt").applied(to: Settings()).phrases
    #expect(first != nil && first?.value === second?.value)
    #expect(disk.reads == ["/a.txt"])
    disk.files["/a.txt"] = ("opener:\nahoy there\n", "9")
    let third = try phrases("/a.txt").applied(to: Settings()).phrases
    #expect(third != first)
    #expect(disk.reads == ["/a.txt", "/a.txt"])
  }

  @Test func `a file is what its content is, wherever it lies`() throws {
    let settings = try phrases("/a.txt").applied(to: Settings())
    #expect(try phrases("/same.txt").firstDifference(from: settings) == nil)
    #expect(
      try phrases("/b.txt").firstDifference(from: settings)?.description == "/trim/phrases")
    #expect(try change(#"{"trim":"standard"}"#).firstDifference(from: settings) == nil)
    #expect(
      try change(#"{"trim":{"phrases":null}}"#).firstDifference(from: settings)?.description
        == "/trim/phrases")
  }

  @Test func `one that was not asked for lately is loaded again`() throws {
    for number in 0...SettingsFiles.keptMaximum {
      disk.files["/\(number)"] = ("opener:\nahoy number\(number)\n", "\(number)")
      _ = try phrases("/\(number)")
    }
    let before = disk.reads.count
    _ = try phrases("/1")
    #expect(disk.reads.count == before)
    _ = try phrases("/0")
    #expect(disk.reads.count == before + 1)
  }

  @Test func `settings show path and digest, and are taken so again`() throws {
    let settings = try change(#"{"trim":{"level":"standard","phrases":"/a.txt"}}"#)
      .applied(to: Settings())
    var writer = JSONWriter()
    settings.write(to: &writer)
    let text = String(decoding: writer.take(), as: UTF8.self)
    let digest = try #require(settings.phrases?.digest)
    #expect(
      text.contains(
        #""trim":{"level":"standard","phrases":{"path":"/a.txt","sha256":"\#(digest)"}}"#))
    #expect(try change(text).applied(to: Settings()) == settings)
    #expect(FileDigest(hexadecimal: digest.description) == digest)
  }

  @Test func `paths start from the folder that is given, where one is`() throws {
    let access = FileAccess.relative(files, to: "/home")
    disk.files["/home/a.txt"] = ("opener:\nahoy\n", nil)
    #expect(
      try change(#"{"trim":{"phrases":"a.txt"}}"#, access).applied(to: Settings()).phrases?.path
        == "/home/a.txt")
    #expect(
      try change(#"{"trim":{"phrases":"/b.txt"}}"#, access).applied(to: Settings()).phrases?.path
        == "/b.txt")
  }

  @Test func `what is wrong with a file is told with its name and the place of the setting`() {
    let zeros = String(repeating: "0", count: 64)
    let cases = [
      (#"{"trim":{"phrases":"/none"}}"#, "phrases /none: No such file or directory"),
      (#"{"trim":{"phrases":"/bad.txt"}}"#, "phrases /bad.txt: line 2: a pattern begins"),
      (#"{"trim":{"phrases":"a.txt"}}"#, "phrases: the path \"a.txt\" is not absolute"),
      (#"{"trim":{"phrases":3}}"#, "phrases: the path of a file is expected"),
      (#"{"trim":{"phrases":""}}"#, "phrases: the path of a file is expected"),
      (#"{"trim":{"phrases":"/a\u0000"}}"#, "phrases: the path of a file is expected"),
      (#"{"trim":{"phrases":{"sha256":"\#(zeros)"}}}"#, "phrases: the path of a file"),
      (#"{"trim":{"phrases":{"path":"/a.txt","sha256":"\#(zeros)"}}}"#, "its SHA-256 is"),
    ]
    for (text, expected) in cases {
      let found = message(text)
      #expect(found.contains(expected) && found.hasSuffix("at /trim/phrases"), "\(found)")
    }
    #expect(
      message(#"{"trim":{"phrases":{"path":"/a.txt","sha256":"12"}}}"#)
        == "64 hexadecimal digits are expected, at /trim/phrases/sha256")
    #expect(
      message(#"{"trim":{"phrases":{"path":"/a.txt","size":3}}}"#)
        == "\"size\" is no part of a file, at /trim/phrases/size")
    #expect(
      message(#"{"trim":{"phrases":"/a.txt"}}"#, .refused("not for you"))
        == "phrases: not for you, at /trim/phrases")
    disk.files["/large"] = (String(repeating: "#", count: (4 << 20) + 1), "1")
    #expect(message(#"{"trim":{"phrases":"/large"}}"#).contains("at most 4194304 bytes"))
    disk.files["/large"] = (String(repeating: "#", count: 4 << 20), "2")
    #expect(message(#"{"trim":{"phrases":"/large"}}"#) == "nothing wrong")
  }
}
