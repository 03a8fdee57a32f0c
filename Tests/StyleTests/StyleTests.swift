import Foundation
import Testing

/// The habits of the style guide that a machine can check.
@Suite struct StyleTests {
  struct Source {
    let target: String
    let name: String
    let lines: [String]
  }

  static let root: URL = {
    var url = URL(fileURLWithPath: #filePath)
    while !FileManager.default.fileExists(atPath: url.appendingPathComponent("Package.swift").path)
    {
      url.deleteLastPathComponent()
    }
    return url
  }()

  static func files(below folder: String, suffix: String) throws -> [URL] {
    let base = root.appendingPathComponent(folder)
    let found = try #require(FileManager.default.enumerator(atPath: base.path))
    return found.compactMap { $0 as? String }.filter { $0.hasSuffix(suffix) }.sorted()
      .map { base.appendingPathComponent($0) }
  }

  static func sources() throws -> [Source] {
    try files(below: "Sources", suffix: ".swift").map { url in
      let relative = url.path.dropFirst(root.path.count + "/Sources/".count)
      let target = relative.prefix { $0 != "/" }
      let text = try String(contentsOf: url, encoding: .utf8)
      return Source(
        target: String(target), name: String(relative),
        lines: text.components(separatedBy: "\n"))
    }
  }

  @Test func `every import is allowed by the table of layers`() throws {
    for source in try Self.sources() {
      let allowed = try #require(Layers.allowed[source.target], "\(source.target) has no layer")
      for line in source.lines {
        let words = line.split(separator: " ").filter { !$0.hasPrefix("@") }
        guard let position = words.firstIndex(of: "import"), position <= 1,
          position == 0 || ["package", "internal", "public", "private"].contains(words[0])
        else { continue }
        let module = String(words[position + 1])
        #expect(allowed.contains(module), "\(source.name) imports \(module)")
      }
    }
  }

  @Test func `the table of layers names no target that is gone`() throws {
    let targets = Set(try Self.sources().map(\.target))
    #expect(targets == Set(Layers.allowed.keys))
  }

  @Test func `banned words stay out of the sources`() throws {
    for source in try Self.sources() {
      for banned in Layers.bannedWords where !banned.exempt.contains(source.target) {
        // The whole file first: most have none of them.
        guard Self.holds(source.lines.joined(separator: "\n"), banned.word) else { continue }
        for (number, line) in source.lines.enumerated()
        where Self.holds(line.components(separatedBy: "//")[0], banned.word) {
          Issue.record("\(source.name):\(number + 1): \(banned.word): \(banned.reason)")
        }
      }
    }
  }

  /// Whether a text has the word, not as the end of a longer one.
  static func holds(_ text: String, _ word: String) -> Bool {
    let text = text as NSString
    var from = 0
    while true {
      let found = text.range(
        of: word, range: NSRange(location: from, length: text.length - from))
      guard found.location != NSNotFound else { return false }
      let before = found.location == 0 ? 0x20 : text.character(at: found.location - 1)
      if !(Unicode.Scalar(before).map { $0.properties.isAlphabetic } ?? false) { return true }
      from = found.location + 1
    }
  }

  @Test func `nothing is public: the wire is the public interface`() throws {
    for source in try Self.sources() where !Layers.publicForInlining.contains(source.name) {
      for (number, line) in source.lines.enumerated() where line.contains("public ") {
        let code = line.components(separatedBy: "//")[0]
        #expect(!code.contains("public "), "\(source.name):\(number + 1)")
      }
    }
  }

  @Test func `what escapes the compiler's checks says why`() throws {
    for source in try Self.sources() {
      for (number, line) in source.lines.enumerated()
      where line.contains("nonisolated(unsafe)") || line.contains("@unchecked Sendable") {
        let before = source.lines[max(0, number - 3)..<number]
        #expect(before.contains { $0.contains("//") }, "\(source.name):\(number + 1)")
      }
    }
  }

  @Test func `no file is longer than 600 lines`() throws {
    for source in try Self.sources() {
      #expect(source.lines.count <= 600, "\(source.name) has \(source.lines.count) lines")
    }
  }

  @Test func `the top level holds what the layout has a place for`() throws {
    let expected: Set<String> = [
      "Package.swift", "Sources", "Tests", "Clients", "Protocol", "README.md", "CHANGELOG.md",
      "LICENSE", "NOTICE",
    ]
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.root.path)
      .filter { !$0.hasPrefix(".") && $0 != "Package.resolved" }
    #expect(Set(names) == expected)
  }

  @Test func `packages are pinned exactly`() throws {
    let manifest = try String(
      contentsOf: Self.root.appendingPathComponent("Package.swift"), encoding: .utf8)
    for line in manifest.components(separatedBy: "\n") where line.contains(".package(url:") {
      #expect(line.contains("exact:"), "\(line)")
    }
  }
}
