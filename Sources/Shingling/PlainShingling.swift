@_spi(_Unicode) import Swift

/// The definition of normalized text, tokens and shingles in the fewest words: the slow twin that
/// `Shingler` is tested against. Categories, case and NFC are the standard library's own; only the
/// scripts come from the pinned ranges.
package enum PlainShingling {
  private static let alone = Set(
    UnicodeRange.all(UnicodeRanges.alone).flatMap { $0.first...$0.last })

  /// The parts that are not empty joined by newline, in NFC, lower case, with single spaces.
  package static func normalized(_ parts: [String]) -> String {
    var result = String.UnicodeScalarView()
    for scalar in parts.filter({ !$0.utf8.isEmpty }).joined(separator: "\n")._nfc {
      if !scalar.properties.isWhitespace {
        result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
      } else if result.last != " " {
        result.append(" ")
      }
    }
    return String(result)
  }

  /// The tokens of a normalized text.
  package static func tokens(of normalized: String) -> [String] {
    var tokens: [String.UnicodeScalarView] = []
    var inWord = false
    for scalar in normalized.unicodeScalars {
      let continues = isWord(scalar)
      if continues && inWord {
        tokens[tokens.count - 1].append(scalar)
      } else if !scalar.properties.isWhitespace {
        tokens.append(String.UnicodeScalarView([scalar]))
      }
      inWord = continues
    }
    return tokens.map { String($0) }
  }

  /// The distinct runs of n tokens, or all tokens as one run where there are fewer.
  package static func shingles(of tokens: [String], shingle: Int) -> Set<[[UInt8]]> {
    let tokens = tokens.map { Array($0.utf8) }
    guard tokens.count > shingle else { return tokens.isEmpty ? [] : [tokens] }
    return Set((0...tokens.count - shingle).map { Array(tokens[$0..<$0 + shingle]) })
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    if alone.contains(Int(scalar.value)) { return false }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber:
      return true
    default:
      return scalar == "_"
    }
  }
}
