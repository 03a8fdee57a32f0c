package import Tokenizing
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

extension FileKind where Value == Tokenizer {
  /// `tokenizer`: the model's own, so that tokens are counted and not estimated.
  package static let tokenizer = FileKind("tokenizer", bytesMaximum: Tokenizer.fileBytesMaximum) {
    bytes throws(FileProblem) in
    do throws(TokenizerProblem) {
      return try Tokenizer.read(bytes)
    } catch {
      throw FileProblem(error.description)
    }
  }
}
