import Foundation
import Shingling
import Testing

/// The vectors are the law: they were computed by other code, with other tables.
struct VectorTests {
  struct TokenVector: Decodable {
    let text: String
    let normalized: String
    let tokens: [String]
    let shingles: Int
  }

  struct PairVector: Decodable {
    let a: String
    let b: String
    let intersection: Int
    let union: Int
    let jaccard: Double
  }

  @Test func `every text has the normalized form, tokens and shingles of its vector`() throws {
    let vectors: [TokenVector] = try read("tokens.jsonl")
    #expect(vectors.count >= 80)
    var shingler = Shingler(shingle: 3, key: .published)
    for vector in vectors {
      shingler.begin()
      shingler.append(vector.text.utf8.span)
      #expect(scalars(shingler.normalizedText) == scalars(vector.normalized))
      #expect(shingler.tokens.map(scalars) == vector.tokens.map(scalars), "\(vector.text)")
      let text = shingler.finish()
      #expect(text.tokenCount == vector.tokens.count, "\(vector.text)")
      #expect(text.shingles.count == vector.shingles, "\(vector.text)")
    }
  }

  @Test func `every pair has the intersection and union of its vector`() throws {
    let vectors: [PairVector] = try read("pairs.jsonl")
    #expect(vectors.count >= 40)
    var shingler = Shingler(shingle: 3, key: .published)
    for vector in vectors {
      let a = shingler.shingles(vector.a).shingles
      let b = shingler.shingles(vector.b).shingles
      let intersection = Set(a.hashes).intersection(b.hashes).count
      let union = a.count + b.count - intersection
      #expect(intersection == vector.intersection, "\(vector.a) | \(vector.b)")
      #expect(union == vector.union, "\(vector.a) | \(vector.b)")
      let cut = union == 0 ? 0 : 10_000 * intersection / union
      #expect(Double(cut) / 10_000 == vector.jaccard)
    }
  }

  /// Strings are compared by scalars, since `==` of strings ignores what NFC does.
  private func scalars(_ string: String) -> [Unicode.Scalar] { Array(string.unicodeScalars) }

  private func read<Vector: Decodable>(_ name: String) throws -> [Vector] {
    var directory = URL(filePath: #filePath)
    var file = directory
    repeat {
      directory.deleteLastPathComponent()
      file = directory.appending(path: "Protocol/vectors/\(name)")
    } while !FileManager.default.fileExists(atPath: file.path()) && directory.path() != "/"
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    return try lines.map { try JSONDecoder().decode(Vector.self, from: Data($0.utf8)) }
  }
}
