package import Scoring
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

extension FileKind where Value == LanguageModel {
  /// `perplexity.model`: an n-gram model, ARPA or of `thresher train lm`.
  package static let languageModel = FileKind("language model", bytesMaximum: 1 << 30) {
    bytes throws(FileProblem) in
    do throws(ModelError) {
      return try LanguageModel(file: ModelBytes(bytes: bytes.span))
    } catch {
      throw FileProblem(error.message)
    }
  }
}

extension FileKind where Value == ScoreModel {
  /// `score.model`: a model of `thresher train score`.
  package static let scoreModel = FileKind("score model", bytesMaximum: 64 << 20) {
    bytes throws(FileProblem) in
    do throws(ModelError) {
      return try ScoreModel(bytes.span)
    } catch {
      throw FileProblem(error.message)
    }
  }
}
