/// The cost of every word of a text under a model, in `Cost` units. Keeps scratch memory: one a thread.
///
/// The words of a text lie in one list, each sentence between `<s>` and `</s>`. Order by order, all
/// lookups of one order are made in two sweeps: the first asks the memory for each n-gram's home slot and
/// waits for none, so that the misses of all words overlap; the second decides.
package struct SentenceCosts {
  /// Of each word; 0 for `<s>`.
  let costs = Scratch(filler: 0)
  /// Of each word by itself.
  let unigramCosts = Scratch(filler: 0)
  /// Whether the model has the word.
  let isKnown = Scratch(filler: false)
  private var before = Level()
  private var now = Level()
  /// The words themselves, unknown ones as `<unk>`.
  private let heads = Scratch<UInt64>(filler: 0)
  private let homes = Scratch(filler: 0)
  private let fingerprints = Scratch<UInt64>(filler: 0)

  /// What the last order found: the key of the n-gram that ends at each word, and its slot or 0.
  private struct Level {
    let keys = Scratch<UInt64>(filler: 0)
    let slots = Scratch<UInt64>(filler: 0)
  }

  package init() {}

  /// - Complexity: O(words × order).
  mutating func measure(_ words: UnsafeBufferPointer<UInt64>, with model: LanguageModel) {
    measureWords(words, with: model)
    for level in 1..<max(model.order, 1) {
      swap(&before, &now)
      switch (model.isPacked(level - 1), model.isPacked(level)) {
      case (false, false): extend(words, model.wide(level - 1), model.wide(level))
      case (false, true): extend(words, model.wide(level - 1), model.packed(level))
      case (true, true): extend(words, model.packed(level - 1), model.packed(level))
      case (true, false): extend(words, model.packed(level - 1), model.wide(level))
      }
    }
  }

  mutating func measure(_ words: [UInt64], with model: LanguageModel) {
    words.withUnsafeBufferPointer { measure($0, with: model) }
  }

  /// Only of each word by itself.
  mutating func measureWords(_ words: UnsafeBufferPointer<UInt64>, with model: LanguageModel) {
    prepare(words.count)
    unigrams(words, model)
  }

  private func prepare(_ count: Int) {
    guard count > heads.capacity else { return }
    for scratch in [before.keys, before.slots, now.keys, now.slots, heads, fingerprints] {
      scratch.reserve(count)
    }
    for scratch in [costs, unigramCosts, homes] { scratch.reserve(count) }
    isKnown.reserve(count)
  }

  private func unigrams(_ words: UnsafeBufferPointer<UInt64>, _ model: LanguageModel) {
    let table = model.wide(0)
    for index in words.indices {
      let (home, fingerprint) = table.place(of: words[index])
      homes[index] = home
      fingerprints[index] = fingerprint
      table.prefetch(home)
    }
    for index in words.indices {
      let slot = table.find(
        homes[index], fingerprints[index], first: table.slot(homes[index]))
      let isKnown = slot != 0
      self.isKnown[index] = isKnown
      let key = isKnown ? words[index] : WordKey.unknown
      heads[index] = key
      now.keys[index] = key
      let found = isKnown ? slot : model.unknownSlot
      now.slots[index] = found
      let cost = words[index] == WordKey.sentenceStart ? 0 : table.probability(found)
      unigramCosts[index] = cost
      costs[index] = cost
    }
  }

  /// Looks for n-grams of one word more than before.
  private func extend(
    _ words: UnsafeBufferPointer<UInt64>, _ contexts: some NGramTable, _ table: some NGramTable
  ) {
    guard !words.isEmpty else { return }
    now.slots[0] = 0
    now.keys[0] = 0
    look(words, table)
    decide(words, contexts, table)
  }

  private func look(_ words: UnsafeBufferPointer<UInt64>, _ table: some NGramTable) {
    for index in 1..<max(words.count, 1) {
      let key = WordKey.appending(heads[index], to: before.keys[index - 1])
      now.keys[index] = key
      let (home, fingerprint) = table.place(of: key)
      fingerprints[index] = fingerprint
      // No branch on it; the first slot is always near.
      homes[index] = isPossible(index) ? home : 0
      table.prefetch(homes[index])
    }
  }

  /// Whether the n-gram that ends at a word can be there: what it begins with and what it ends with must
  /// be, too.
  @inline(__always)
  private func isPossible(_ index: Int) -> Bool {
    min(before.slots[index], before.slots[index - 1]) != 0
  }

  private func decide(
    _ words: UnsafeBufferPointer<UInt64>, _ contexts: some NGramTable, _ table: some NGramTable
  ) {
    for index in 1..<max(words.count, 1) {
      // `<s>` costs nothing and ends no n-gram.
      let isStart = words[index] == WordKey.sentenceStart
      let first = table.slot(homes[index])
      let found = table.find(
        homes[index], fingerprints[index], first: isPossible(index) ? first : 0)
      let slot = isStart ? 0 : found
      now.slots[index] = slot
      let context = before.slots[index - 1]
      // All is read, whatever is used: which it is, nobody could guess.
      let probability = table.probability(slot)
      let backoff = contexts.backoff(context)
      let backedOff = costs[index] + (isStart || context == 0 ? 0 : backoff)
      costs[index] = slot != 0 ? probability : backedOff
    }
  }
}
