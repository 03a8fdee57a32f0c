package import Trimming

extension FileKind where Value == PhraseBook {
  /// `trim.phrases`: a user's own stock phrases.
  package static let phrases = FileKind("phrases", bytesMaximum: 4 << 20) {
    bytes throws(FileProblem) in
    do throws(PhraseError) {
      return try PhraseBook.parse(bytes)
    } catch {
      throw FileProblem(error.description)
    }
  }
}
