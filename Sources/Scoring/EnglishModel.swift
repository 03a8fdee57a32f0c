internal import CEnglishModel

extension LanguageModel {
  /// The model that ships with the program: it is part of the executable.
  package static let english: LanguageModel = {
    let start = UnsafeRawPointer(thresher_english_model())
    let raw = UnsafeRawBufferPointer(start: start, count: thresher_english_model_size())
    do throws(ModelError) {
      return try LanguageModel(ModelBytes(raw) { _ in }, isTrusted: true)
    } catch {
      preconditionFailure("the model in the executable: \(error.message)")
    }
  }()
}
