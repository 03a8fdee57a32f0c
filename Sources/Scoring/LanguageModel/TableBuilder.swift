/// Makes the bytes of one table.
struct TableBuilder {
  typealias Entry = LanguageModelWriter.Entry

  /// Seeds to try for a table without conflicts. Of large tables none can be expected.
  private static let seedsTried = 12
  private static let entriesToRetry = 200_000

  /// The table as words of a model file: its lists, if it is packed, and its slots.
  private(set) var words: [UInt64] = []
  private(set) var slotCount = 0
  private(set) var seed: UInt64 = 0

  init(_ entries: [Entry], isHighest: Bool, isPacked: Bool) {
    // Slots are 45 % more than n-grams: a search that finds nothing looks at six.
    slotCount = entries.count + entries.count * 9 / 20 + 8
    var lists = Quantizer.Lists()
    var codes: [UInt16] = []
    if isPacked {
      (lists, codes) = Quantizer.lists(entries)
      words = lists.words
    }
    var fewest = Int.max
    for attempt in 1...(entries.count > Self.entriesToRetry ? 1 : Self.seedsTried) {
      let seed = UInt64(attempt) &* 0xA24B_AED4_963E_E407
      let (slots, conflicts) =
        isPacked
        ? packed(entries, codes, seed, isHighest) : wide(entries, seed, isHighest)
      guard conflicts < fewest else { continue }
      fewest = conflicts
      self.seed = seed
      words.replaceSubrange((isPacked ? PackedTable.listWords : 0)..., with: slots)
      if conflicts == 0 { break }
    }
  }

  private func wide(
    _ entries: [Entry], _ seed: UInt64, _ isHighest: Bool
  ) -> (words: [UInt64], conflicts: Int) {
    var slots = [UInt64](repeating: 0, count: slotCount)
    var conflicts = 0
    slots.withUnsafeMutableBufferPointer { slots in
      guard let base = slots.baseAddress else { return }
      let table = WideTable(
        slots: UnsafePointer(base), slotCount: slotCount, seed: seed, isHighest: isHighest)
      for entry in entries {
        guard let (index, fingerprint) = free(entry.key, table) else {
          conflicts += 1
          continue
        }
        slots[index] =
          isHighest
          ? fingerprint << 22 | entry.probability
          : fingerprint << 44 | entry.probability << 22 | entry.backoff
      }
    }
    return (slots, conflicts)
  }

  private func packed(
    _ entries: [Entry], _ codes: [UInt16], _ seed: UInt64, _ isHighest: Bool
  ) -> (words: [UInt64], conflicts: Int) {
    var words = [UInt64](repeating: 0, count: (slotCount + 1) / 2)
    var conflicts = 0
    let costs = [Int32](repeating: 0, count: 512)
    words.withUnsafeMutableBytes { bytes in
      costs.withUnsafeBufferPointer { costs in
        let slots = bytes.assumingMemoryBound(to: UInt32.self)
        guard let base = slots.baseAddress, let costs = costs.baseAddress else { return }
        let table = PackedTable(
          slots: UnsafePointer(base), slotCount: slotCount, seed: seed, isHighest: isHighest,
          costs: costs)
        for (entry, code) in zip(entries, codes) {
          guard let (index, fingerprint) = free(entry.key, table) else {
            conflicts += 1
            continue
          }
          slots[index] =
            UInt32(fingerprint) << (isHighest ? 8 : 16) | UInt32(isHighest ? code & 0xFF : code)
        }
      }
    }
    return (words, conflicts)
  }

  /// The slot for a new key; nil if it looks like one that is there.
  private func free(
    _ key: UInt64, _ table: some NGramTable
  ) -> (index: Int, fingerprint: UInt64)? {
    let (home, fingerprint) = table.place(of: key)
    var index = home
    while table.slot(index) != 0 {
      if table.fingerprint(table.slot(index)) == fingerprint { return nil }
      index = index + 1 == table.slotCount ? 0 : index + 1
    }
    return (index, fingerprint)
  }
}

/// Costs to numbers of 8 bits.
enum Quantizer {
  struct Lists {
    var probabilities = [Int32](repeating: 0, count: 256)
    var backoffs = [Int32](repeating: 0, count: 256)

    var words: [UInt64] {
      let all = (probabilities + backoffs).map { UInt64(UInt32(bitPattern: $0)) }
      return stride(from: 0, to: all.count, by: 2).map { all[$0] | all[$0 + 1] << 32 }
    }
  }

  /// The lists, and for each entry the number of its back-off weight × 256 + that of its probability.
  static func lists(_ entries: [LanguageModelWriter.Entry]) -> (Lists, codes: [UInt16]) {
    var lists = Lists()
    let probabilities = bins(entries.map { Int($0.probability) }, count: 255)
    let backoffs = bins(entries.map { Int($0.backoff) - Cost.backoffOffset }, count: 256)
    for (index, mean) in probabilities.means.enumerated() { lists.probabilities[index + 1] = mean }
    for (index, mean) in backoffs.means.enumerated() { lists.backoffs[index] = mean }
    let codes = entries.indices.map {
      UInt16(backoffs.codes[$0]) << 8 | UInt16(probabilities.codes[$0] + 1)
    }
    return (lists, codes)
  }

  /// Cuts the values, in order, into bins of as many each; equal values share a bin.
  private static func bins(_ values: [Int], count: Int) -> (means: [Int32], codes: [Int]) {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var codes = [Int](repeating: 0, count: values.count)
    var means: [Int32] = []
    var start = 0
    while start < order.count {
      let left = count - means.count
      var end = left <= 1 ? order.count : start + max(1, (order.count - start + left - 1) / left)
      while end < order.count && values[order[end]] == values[order[end - 1]] { end += 1 }
      let sum = order[start..<end].reduce(0) { $0 + values[$1] }
      let size = end - start
      let mean = sum >= 0 ? (sum + size / 2) / size : -((-sum + size / 2) / size)
      for index in order[start..<end] { codes[index] = means.count }
      means.append(Int32(mean))
      start = end
    }
    return (means, codes)
  }
}
