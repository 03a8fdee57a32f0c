/// Leftovers: marks of a template or of a model's machinery that were never taken out ("[Your Name]",
/// "{{topic}}", "<|im_end|>", "### Instruction:", "lorem ipsum", "As an AI language model"). 1 with
/// none, 0 where one stands in ten words.
enum Leftovers {
  /// - Complexity: O(n) in tokens.
  static func measure(_ bytes: Span<UInt8>, _ text: TextReading, into found: inout Measures) {
    guard text.scalars > 0 else { return }
    var count = 0
    let marks = text.marks
    for index in marks.indices where mayBegin(bytes, marks[index]) {
      guard index + 2 < marks.count else { break }
      let (first, second, third) = (text.keys[index], text.keys[index + 1], text.keys[index + 2])
      switch first {
      case bracket: if fillers.contains(second) { count += 1 }
      case brace: if second == brace && marks[index + 2].kind == .word { count += 1 }
      case angle: if second == bar || machinery.contains(second) && third == close { count += 1 }
      case hash: if second == hash && third == hash && isHeading(text, index + 3) { count += 1 }
      case lorem: if second == ipsum { count += 2 }
      case artificial: if second == language && third == model { count += 1 }
      default: break
      }
    }
    let words = max(text.words, 20)
    found[.leftovers] = min(Fixed.share(count * 10, words), Fixed.one)
  }

  /// Told by a byte: nearly all tokens are out of the question.
  private static func mayBegin(_ bytes: Span<UInt8>, _ mark: Mark) -> Bool {
    guard mark.kind == .sign || mark.kind == .word && (mark.length == 2 || mark.length == 5) else {
      return false
    }
    switch bytes[Int(mark.offset)] {
    case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "<"), UInt8(ascii: "#"): return true
    case UInt8(ascii: "L"), UInt8(ascii: "l"), UInt8(ascii: "A"), UInt8(ascii: "a"):
      return mark.kind == .word
    default: return false
    }
  }

  private static func isHeading(_ text: TextReading, _ index: Int) -> Bool {
    guard index + 1 < text.keys.count else { return false }
    return headings.contains(text.keys[index]) && text.keys[index + 1] == colon
  }

  private static let bracket = WordKey.of("[")
  private static let brace = WordKey.of("{")
  private static let angle = WordKey.of("<")
  private static let bar = WordKey.of("|")
  private static let close = WordKey.of(">")
  private static let hash = WordKey.of("#")
  private static let colon = WordKey.of(":")
  private static let lorem = WordKey.of("lorem")
  private static let ipsum = WordKey.of("ipsum")
  private static let artificial = WordKey.of("ai")
  private static let language = WordKey.of("language")
  private static let model = WordKey.of("model")
  private static let fillers = keys(
    "your insert name inst company recipient sender placeholder todo")
  private static let machinery = keys("s noinput nooutput unk pad eos bos endoftext")
  private static let headings = keys("instruction response input output assistant human user")
}
