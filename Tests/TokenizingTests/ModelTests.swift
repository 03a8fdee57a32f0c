import Testing

@testable import Tokenizing

@Suite struct ModelTests {
  /// Byte pairs over lower-case letters: single letters, and merges in order.
  func bytePair(_ merges: [(String, String)]) -> BytePairModel {
    var vocabulary = Vocabulary(expecting: 4)
    var symbols = [UInt32](repeating: BytePairModel.missing, count: 256)
    for byte in UInt8(ascii: "a")...UInt8(ascii: "f") {
      vocabulary.insert([byte], id: UInt32(byte))
      symbols[Int(byte)] = UInt32(byte)
    }
    var table = PairTable(expecting: 1)
    for (rank, (left, right)) in merges.enumerated() {
      let whole = Array((left + right).utf8)
      if vocabulary.id(of: whole) == nil { vocabulary.insert(whole, id: UInt32(1_000 + rank)) }
      if let one = vocabulary.id(of: Array(left.utf8)),
        let other = vocabulary.id(of: Array(right.utf8)), let made = vocabulary.id(of: whole)
      {
        table.insert(one, other, rank: UInt32(rank), token: made)
      }
    }
    return BytePairModel(
      vocabulary: vocabulary, merges: table, symbols: .bytes(symbols), unknown: nil,
      fusesUnknown: false, takesWholePieces: false)
  }

  /// Merges as the definition says: again and again the earliest pair, leftmost first.
  func plainly(_ text: [UInt8], _ model: BytePairModel) -> [UInt32] {
    var symbols = text.map { UInt32($0) }
    while true {
      var best: (merge: UInt64, at: Int)?
      for index in symbols.indices.dropLast() {
        let merge = model.merges.merge(symbols[index], symbols[index + 1])
        if merge != PairTable.none, merge >> 32 < (best?.merge ?? .max) >> 32 {
          best = (merge, index)
        }
      }
      guard let best else { return symbols }
      symbols[best.at] = UInt32(truncatingIfNeeded: best.merge)
      symbols.remove(at: best.at + 1)
    }
  }

  @Test func `short and long pieces merge as the definition says`() {
    var maker = TextMaker(seed: 11)
    for _ in 0..<200 {
      var words = ["a", "b", "c", "d", "e", "f"]
      var merges: [(String, String)] = []
      for _ in 0..<20 {
        let pair = (
          words[maker.number(below: words.count)], words[maker.number(below: words.count)]
        )
        merges.append(pair)
        words.append(pair.0 + pair.1)
      }
      let model = bytePair(merges)
      var work = MergeWork()
      for count in [1, 2, 3, 10, MergeWork.shortMaximum, MergeWork.shortMaximum + 1, 300] {
        let text = (0..<count).map { _ in UInt8(ascii: "a") + UInt8(maker.number(below: 6)) }
        var ids: [UInt32] = []
        model.encode(text.span, 0, text.count, &work, into: &ids)
        #expect(ids == plainly(text, model))
      }
    }
  }

  @Test func `the best way through a piece is found`() {
    var maker = TextMaker(seed: 3)
    for _ in 0..<300 {
      var trie = ByteTrie(expecting: 8)
      var scores: [Double] = []
      var words: [[UInt8]] = []
      for _ in 0..<12 {
        let word = (0..<(1 + maker.number(below: 3))).map { _ in
          UInt8(ascii: "a") + UInt8(maker.number(below: 4))
        }
        if words.contains(word) { continue }
        trie.insert(word, value: UInt32(words.count))
        words.append(word)
        scores.append(-Double(1 + maker.number(below: 1_000)) / 64)
      }
      let model = UnigramModel(
        tokens: trie, scores: scores, unknown: 99, unknownScore: -30, fallback: [])
      let text = (0..<(1 + maker.number(below: 9))).map { _ in
        UInt8(ascii: "a") + UInt8(maker.number(below: 4))
      }
      var ids: [UInt32] = []
      var work = PathWork()
      model.encode(text.span, 0, text.count, &work, into: &ids)
      let best = Self.bestSum(text[...], words, scores)
      // Unknown letters in a row are one token: how many there were, the rest of the text tells.
      let known = ids.filter { $0 != 99 }
      let covered = known.reduce(0) { $0 + words[Int($1)].count }
      let sum = known.reduce(0) { $0 + scores[Int($1)] } - 30 * Double(text.count - covered)
      #expect(abs(sum - best) < 1e-9)
    }
  }

  static func bestSum(_ text: ArraySlice<UInt8>, _ words: [[UInt8]], _ scores: [Double]) -> Double {
    guard !text.isEmpty else { return 0 }
    var best =
      words.contains([text[text.startIndex]])
      ? -Double.infinity : -30 + bestSum(text.dropFirst(), words, scores)
    for (word, score) in zip(words, scores) where text.starts(with: word) {
      best = max(best, score + bestSum(text.dropFirst(word.count), words, scores))
    }
    return best
  }

  @Test func `words are found in a vocabulary however many there are`() {
    var vocabulary = Vocabulary(expecting: 2)
    for number in 0..<5_000 { vocabulary.insert(Array("w\(number)".utf8), id: UInt32(number)) }
    vocabulary.insert(Array("w7".utf8), id: 90_000)
    #expect(vocabulary.count == 5_000)
    for number in 0..<5_000 {
      let id = vocabulary.id(of: Array("w\(number)".utf8))
      #expect(id == UInt32(number == 7 ? 90_000 : number))
    }
    #expect(vocabulary.id(of: Array("w5000".utf8)) == nil)
  }

  @Test func `base64 is read, and nothing else`() {
    #expect(Base64.decode(Array("aGVsbG8=".utf8)[...]) == Array("hello".utf8))
    #expect(Base64.decode([]) == [])
    for bad in ["a", "ab=", "====", "a===", "ab*d", "=abc"] {
      #expect(Base64.decode(Array(bad.utf8)[...]) == nil, "\(bad)")
    }
  }
}
