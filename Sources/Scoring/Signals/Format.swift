/// The format that the prompt asks for against the one that is given: how much of it is missing,
/// 0 to 1. Only what can be told by plain words; everything else passes.
///
/// | asked for | missing when |
/// |---|---|
/// | "JSON" | there is neither a bracket nor a digit |
/// | to write a function, program, query, … | there is no sign of code |
/// | "list", or a number of things (2 to 20) | there is one line, and fewer commas, stops and marks of lists than things |
enum Format {
  private static let wordsRead = 40

  /// - Complexity: O(n) in tokens.
  static func measure(
    prompt: TextReading, response: TextReading, into found: inout Measures
  ) {
    guard prompt.words > 0 else { return }
    var asked = Asked()
    let words = Words.shared
    for index in prompt.marks.indices.prefix(wordsRead) where prompt.marks[index].kind == .word {
      asked.read(prompt, index, words)
    }
    found[.format] = missing(asked, response)
  }

  private struct Asked {
    var json = false
    var writes = false
    var code = false
    var things = 0

    mutating func read(_ prompt: TextReading, _ index: Int, _ words: Words) {
      let key = prompt.keys[index]
      if key == words.json { json = true }
      if words.writing.contains(key) { writes = true }
      if writes && words.code.contains(key) { code = true }
      if words.listing.contains(key), index + 1 < prompt.keys.count {
        let next = prompt.keys[index + 1]
        if let count = words.numbers.firstIndex(of: next) { things = count / 2 + 2 }
      }
    }
  }

  private static func missing(_ asked: Asked, _ response: TextReading) -> Int {
    if asked.json && response.codeSigns == 0 { return Fixed.one }
    if asked.code && response.codeSigns == 0 && response.digits == 0 { return 6000 }
    if asked.things >= 2 {
      let found = response.signTokens + response.lines + response.numbers
      if found < asked.things && response.words < asked.things * 40 { return 5000 }
    }
    return 0
  }

  private struct Words {
    let json = WordKey.of("json")
    let code = KeyTable("function program code query regex script html css sql")
    let writing = KeyTable("write create generate construct develop implement")
    let listing = KeyTable("list name give write generate provide create suggest find")
    let numbers: [UInt64] =
      """
      2 two 3 three 4 four 5 five 6 six 7 seven 8 eight 9 nine 10 ten
      """.split(separator: " ").map { WordKey.of(String($0)) }

    static let shared = Words()
  }
}
