internal import Indexing

/// References on their own, without a corpus: texts of evaluation sets, and where they occur.
package final class ReferenceSets {
  private var references = References()
  private var probe = ReferenceProbe()

  package init() {}

  package var isEmpty: Bool { references.isEmpty }

  /// Adds the usable fields of a set.
  package func add(_ fields: [ReferenceField], of set: String) {
    for field in fields { references.note(field) }
    for field in fields where field.isUsable { references.insert(field, of: set, &probe) }
  }

  /// The reference that occurs in an example; nil as well where it was made ready without `ordered`.
  package func contamination(of prepared: Prepared) -> Contamination? {
    prepared.ordered.flatMap { references.closest(to: $0) }.map(references.contamination)
  }
}
