/// Why a tokenizer file cannot be used: which part of it, and what is wrong there.
package struct TokenizerProblem: Error, Equatable, Sendable, CustomStringConvertible {
  package let description: String
  init(_ description: String) { self.description = description }
}
