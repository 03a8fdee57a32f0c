/// Counts the n-grams of sentences.
///
/// An n-gram is known by a number, and found by the number of itself without its last word and that
/// last word; so every order costs one lookup a word. Sentences stand between `<s>` and `</s>`.
struct NGramCounter {
  /// The n-grams of one order, by number.
  struct Level {
    /// The n-gram without its last word, and without its first: numbers of the order below.
    fileprivate(set) var prefixes: [UInt32] = []
    fileprivate(set) var suffixes: [UInt32] = []
    /// Its last word.
    fileprivate(set) var words: [UInt32] = []
    fileprivate(set) var counts: [UInt32] = []
    fileprivate var places = NumberTable()

    var count: Int { counts.count }
  }

  let order: Int
  private(set) var levels: [Level]
  private(set) var wordKeys: [UInt64] = []
  private var numbers = NumberTable()
  private(set) var tokens = 0

  static let unknown: UInt32 = 0
  static let start: UInt32 = 1
  static let end: UInt32 = 2

  init(order: Int) {
    self.order = order
    levels = (0..<order).map { _ in Level() }
    for key in [WordKey.unknown, WordKey.sentenceStart, WordKey.sentenceEnd] { _ = word(key) }
  }

  private mutating func word(_ key: UInt64) -> UInt32 {
    let (number, isNew) = numbers.number(of: key, next: UInt32(wordKeys.count))
    if isNew {
      wordKeys.append(key)
      levels[0].prefixes.append(0)
      levels[0].suffixes.append(0)
      levels[0].words.append(number)
      levels[0].counts.append(0)
    }
    return number
  }

  /// Counts one sentence, given as keys of its words.
  ///
  /// - Complexity: O(words × order).
  mutating func add(_ sentence: some Sequence<UInt64>) {
    // The n-gram of each order that ends at the last word, if it has enough words before it.
    var last: [UInt32] = [Self.start]
    for key in sentence { step(word(key), &last) }
    step(Self.end, &last)
  }

  private mutating func step(_ word: UInt32, _ last: inout [UInt32]) {
    tokens += 1
    levels[0].counts[Int(word)] += 1
    var now = [word]
    for level in 1..<max(order, 1) where level <= last.count {
      now.append(count(level, prefix: last[level - 1], suffix: now[level - 1], word))
    }
    last = now
  }

  private mutating func count(
    _ level: Int, prefix: UInt32, suffix: UInt32, _ word: UInt32
  ) -> UInt32 {
    let key = UInt64(prefix) << 32 | UInt64(word)
    let (number, isNew) = levels[level].places.number(of: key, next: UInt32(levels[level].count))
    if isNew {
      levels[level].prefixes.append(prefix)
      levels[level].suffixes.append(suffix)
      levels[level].words.append(word)
      levels[level].counts.append(1)
    } else {
      levels[level].counts[Int(number)] += 1
    }
    return number
  }
}

/// Numbers for keys, in the order in which they come.
struct NumberTable {
  private var keys = [UInt64](repeating: 0, count: 1024)
  private var numbers = [UInt32](repeating: .max, count: 1024)
  private var count = 0

  /// The key's number; a new key gets `next`.
  mutating func number(of key: UInt64, next: UInt32) -> (number: UInt32, isNew: Bool) {
    if count * 3 > keys.count * 2 { grow() }
    let slot = self.slot(of: key)
    if numbers[slot] != .max { return (numbers[slot], false) }
    keys[slot] = key
    numbers[slot] = next
    count += 1
    return (next, true)
  }

  private func slot(of key: UInt64) -> Int {
    var slot = Int(truncatingIfNeeded: WordKey.mixed(key)) & (keys.count - 1)
    while numbers[slot] != .max && keys[slot] != key { slot = (slot + 1) & (keys.count - 1) }
    return slot
  }

  private mutating func grow() {
    let (oldKeys, oldNumbers) = (keys, numbers)
    keys = [UInt64](repeating: 0, count: oldKeys.count * 2)
    numbers = [UInt32](repeating: .max, count: keys.count)
    for index in oldKeys.indices where oldNumbers[index] != .max {
      let slot = self.slot(of: oldKeys[index])
      keys[slot] = oldKeys[index]
      numbers[slot] = oldNumbers[index]
    }
  }
}
