internal import Indexing
package import JSON
internal import Shingling

/// A reference that occurs in an example, as a verdict tells it.
package struct Contamination {
  package let set: String
  package let item: ExampleID
  /// Where in the item the text stands.
  package let field: JSONPointer
  /// The share of it that is in the example, in ten-thousandths, cut.
  package let containment: Int
}

/// Texts that must not occur in a corpus (evaluation sets), and where each comes from.
struct References {
  private struct Source {
    let set: String
    let item: ExampleID
    let pointer: JSONPointer
  }

  private var index = ReferenceIndex()
  /// By number of field.
  private var sources: [Source] = []

  var isEmpty: Bool { index.isEmpty }
  var count: Int { index.count }

  mutating func closest(to text: [UInt32]) -> ReferenceHit? { index.closest(to: text) }

  func contamination(_ hit: ReferenceHit) -> Contamination {
    let source = sources[Int(hit.field)]
    return Contamination(
      set: source.set, item: source.item, field: source.pointer, containment: hit.containment)
  }

  mutating func note(_ field: ReferenceField) { index.note(field.hashes) }

  /// Adds a field; an equal one is stored once, under its first name.
  mutating func insert(_ field: ReferenceField, of set: String, _ probe: inout ReferenceProbe) {
    let number = index.insert(field.hashes)
    if Int(number) == sources.count {
      sources.append(Source(set: set, item: field.item, pointer: field.pointer))
    }
    probe.add(number, of: index)
  }

  var bytesHeld: Int {
    index.bytesHeld + sources.capacity * (MemoryLayout<Source>.stride + 64)
  }
}
