/// Runs an expression over a text, trying choices in their order, as Perl and its kin do.
///
/// The expression is a program of steps; what was not tried yet lies on a stack. There is no
/// recursion in the length of the text, and the work on one match is bounded: an expression that
/// would try for ever does not match there.
struct PatternMatcher: Sendable {
  private enum Step: Sendable {
    case scalar(CompiledSet)
    /// A set so many times, as often as possible and no more.
    case run(CompiledSet, low: Int, high: Int, givesBack: Bool)
    /// Goes on at the first; the second is tried when that fails.
    case fork(Int, Int)
    case jump(Int)
    case atEnd, atStart
    /// The program from the next step to before the given one must (or must not) match here.
    case ahead(after: Int, isNegative: Bool)
    case atomic(after: Int)
    case matched
  }

  private static let stepsMaximum = 20_000
  private var program: [Step] = []
  /// What every match begins with, where that is one set.
  private var first: CompiledSet?
  /// The whole expression where it is a run of one set, as `\p{N}{1,3}` is: the most scalars of it.
  private var onlyRun: Int?

  init(_ expression: String) throws(TokenizerProblem) {
    try emit(try PatternParser.parse(expression))
    program.append(.matched)
    switch program[0] {
    case .scalar(let set): first = set
    case .run(let set, let low, let high, _) where low > 0:
      first = set
      if low == 1, program.count == 2 { onlyRun = high }
    default: break
    }
  }

  /// The first place from `index` on where a match may begin; `end` if there is none.
  func candidate(_ text: Span<UInt8>, _ index: Int, _ end: Int) -> Int {
    guard let first else { return index }
    var index = index
    while index < end, first.after(text, index, end) == nil {
      index += text[index] < 0x80 ? 1 : Scalars.decode(text, index, end).size
    }
    return index
  }

  // MARK: Compiling

  private mutating func emit(_ node: PatternNode) throws(TokenizerProblem) {
    guard program.count < Self.stepsMaximum else {
      throw TokenizerProblem("the expression is too long")
    }
    switch node {
    case .empty: break
    case .set(let set): program.append(.scalar(CompiledSet(set)))
    case .sequence(let parts): for part in parts { try emit(part) }
    case .choice(let choices): try emit(choices: choices)
    case .atEnd: program.append(.atEnd)
    case .atStart: program.append(.atStart)
    case .ahead(let body, let isNegative):
      try emitInner(body) { .ahead(after: $0, isNegative: isNegative) }
    case .atomic(let body): try emitInner(body) { .atomic(after: $0) }
    case .repetition(let body, let range, let mode): try emit(body, range, mode)
    }
  }

  private mutating func emitInner(
    _ body: PatternNode, _ step: (Int) -> Step
  ) throws(TokenizerProblem) {
    let place = program.count
    program.append(.matched)
    try emit(body)
    program.append(.matched)
    program[place] = step(program.count)
  }

  private mutating func emit(choices: [PatternNode]) throws(TokenizerProblem) {
    var ends: [Int] = []
    for choice in choices.dropLast() {
      let place = program.count
      program.append(.matched)
      try emit(choice)
      ends.append(program.count)
      program.append(.matched)
      program[place] = .fork(place + 1, program.count)
    }
    try emit(choices[choices.count - 1])
    for end in ends { program[end] = .jump(program.count) }
  }

  private mutating func emit(
    _ body: PatternNode, _ range: ClosedRange<Int>, _ mode: PatternNode.RepetitionMode
  ) throws(TokenizerProblem) {
    if case .set(let set) = body, mode != .lazy {
      program.append(
        .run(
          CompiledSet(set), low: range.lowerBound, high: range.upperBound,
          givesBack: mode == .greedy))
      return
    }
    if mode == .possessive {
      return try emit(.atomic(.repetition(body, range, .greedy)))
    }
    for _ in 0..<range.lowerBound { try emit(body) }
    let isLazy = mode == .lazy
    func fork(_ inside: Int, _ outside: Int) -> Step {
      isLazy ? .fork(outside, inside) : .fork(inside, outside)
    }
    if range.upperBound == Int.max {
      let place = program.count
      program.append(.matched)
      try emit(body)
      program.append(.jump(place))
      program[place] = fork(place + 1, program.count)
      return
    }
    var places: [Int] = []
    for _ in range.lowerBound..<range.upperBound {
      places.append(program.count)
      program.append(.matched)
      try emit(body)
    }
    for place in places { program[place] = fork(place + 1, program.count) }
  }

  // MARK: Running

  /// What to try when the way taken fails: a step and a place, or a run that may give back.
  private struct Alternative {
    let step: Int
    var index: Int
    /// Above this the run can be shortened; equal to `index` where this is no run.
    let floor: Int
  }

  /// The end of the match that begins at `index`; nil if there is none.
  ///
  /// - Parameters:
  ///   - start: where the text begins for `^`.
  ///   - end: where it ends.
  func match(_ text: Span<UInt8>, _ index: Int, _ start: Int, _ end: Int) -> Int? {
    if let first, let onlyRun {
      var index = index
      var count = 0
      while count < onlyRun, index < end, let next = first.after(text, index, end) {
        index = next
        count += 1
      }
      return count > 0 ? index : nil
    }
    var budget = 100_000 + 64 * (end - index)
    return run(text, 0, index, start, end, &budget)
  }

  private func run(
    _ text: Span<UInt8>, _ first: Int, _ position: Int, _ start: Int, _ end: Int,
    _ budget: inout Int
  ) -> Int? {
    var alternatives: [Alternative] = []
    var step = first
    var index = position
    while true {
      budget -= 1
      guard budget > 0 else { return nil }
      var fails = false
      switch program[step] {
      case .matched: return index
      case .scalar(let set):
        if index < end, let next = set.after(text, index, end) {
          index = next
          step += 1
        } else {
          fails = true
        }
      case .run(let set, let low, let high, let givesBack):
        var floor = index
        var count = 0
        while count < high, index < end, let next = set.after(text, index, end) {
          index = next
          count += 1
          budget -= 1
          if count == low { floor = index }
        }
        step += 1
        if count < low {
          fails = true
        } else if givesBack, index > floor {
          alternatives.append(Alternative(step: step, index: index, floor: floor))
        }
      case .fork(let one, let other):
        alternatives.append(Alternative(step: other, index: index, floor: index))
        step = one
      case .jump(let target): step = target
      case .atEnd: if index == end { step += 1 } else { fails = true }
      case .atStart: if index == start { step += 1 } else { fails = true }
      case .ahead(let after, let isNegative):
        let matches = run(text, step + 1, index, start, end, &budget) != nil
        if matches != isNegative { step = after } else { fails = true }
      case .atomic(let after):
        if let next = run(text, step + 1, index, start, end, &budget) {
          index = next
          step = after
        } else {
          fails = true
        }
      }
      guard fails else { continue }
      guard var last = alternatives.popLast() else { return nil }
      if last.index > last.floor {
        last.index = max(last.floor, Scalars.start(before: last.index, text))
        if last.index > last.floor { alternatives.append(last) }
      }
      step = last.step
      index = last.index
    }
  }
}

/// A set with ASCII looked up.
struct CompiledSet: Sendable {
  private let low: UInt64
  private let high: UInt64
  private let set: ScalarSet

  init(_ set: ScalarSet) {
    var words: [UInt64] = [0, 0]
    for scalar in UInt32(0)..<128 where set.contains(scalar) {
      words[Int(scalar >> 6)] |= 1 << UInt64(scalar & 63)
    }
    (low, high, self.set) = (words[0], words[1], set)
  }

  /// The offset after the scalar at `index` if it belongs to the set.
  @inline(__always)
  func after(_ text: Span<UInt8>, _ index: Int, _ end: Int) -> Int? {
    let byte = text[index]
    if byte < 0x80 {
      let word = byte < 64 ? low : high
      return word >> UInt64(byte & 63) & 1 == 1 ? index + 1 : nil
    }
    let (scalar, size) = Scalars.decode(text, index, end)
    return set.contains(scalar) ? index + size : nil
  }
}
