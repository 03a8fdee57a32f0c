/// Alignment: whether the response answers this prompt, 0 to 1.
///
/// **Subject.** Every content word and number of the prompt either comes in the response or does not.
/// In a response of n words that has nothing to do with the prompt it comes with a probability of
/// about n·p, p being its probability under the English model; in one that answers, in about every
/// third case where there is room. So a word that comes speaks for the response with
/// −log10(n·p) − ½, and one that does not against it with 0.17·n/(n + 15); the sum is evidence in
/// the manner of naive Bayes. What long prompts say besides the point counts as 12 words at most.
///
/// **Echo.** A response whose word triples are nearly all the prompt's, and which takes up nearly all
/// of the prompt, is the prompt said again.
///
/// **Format.** See `Format`.
struct Alignment {
  private var asked = HashBag()

  /// Nothing is measured without words in the prompt.
  ///
  /// - Parameter promptCosts: of each word by itself.
  /// - Complexity: O(n) in tokens of both.
  mutating func measure(
    prompt: TextReading, _ promptCosts: SentenceCosts, response: TextReading,
    _ vocabulary: Vocabulary, into found: inout Measures
  ) {
    guard prompt.words > 0 else { return }
    found[.promptLength] = WholeLog.thousandths(prompt.words + prompt.numbers)
    subject(prompt, promptCosts, response, vocabulary, &found)
    echo(prompt, response, vocabulary, &found)
  }

  private mutating func subject(
    _ prompt: TextReading, _ promptCosts: SentenceCosts, _ response: TextReading,
    _ vocabulary: Vocabulary, _ found: inout Measures
  ) {
    let words = response.words + response.numbers
    // log10 of how many words there are to hit by chance, and the half, as costs.
    let tries = WholeLog.thousandths(words) * Cost.unit / 3322 + Cost.unit / 2
    asked.reset(capacity: prompt.marks.count + 1)
    var (hits, count, gain, weight, taken) = (0, 0, 0, 0, 0)
    for (index, mark) in prompt.marks.enumerated() where mark.tellsSubject {
      guard asked.insert(mark.stem) else { continue }
      let cost = min(promptCosts.unigramCosts[index], 6 * Cost.unit)
      count += 1
      weight += cost
      guard vocabulary.tellsSubject(mark.stem) else { continue }
      hits += 1
      taken += cost
      gain += max(cost - tries, 0)
    }
    guard count > 0 else { return }
    let misses = (count - hits) * 170 * words / (words + 15)
    found[.subject] = gain * 1000 / Cost.unit - (count > 12 ? misses * 12 / count : misses)
    found[.cover] = Fixed.share(taken, weight)
    found[.shared] = WholeLog.thousandths(hits)
  }

  private func echo(
    _ prompt: TextReading, _ response: TextReading, _ vocabulary: Vocabulary,
    _ found: inout Measures
  ) {
    found[.echo] = 0
    guard response.words >= 3, prompt.words >= 3 else { return }
    let said = Fixed.share(vocabulary.inPrompt, response.words - 2)
    // A quotation of a part of the prompt is often what was asked for.
    let whole = Fixed.scale(Fixed.share(response.words, prompt.words), worst: 3000, best: 8000)
    found[.echo] = min(said, Fixed.one) * whole / Fixed.one
  }
}
