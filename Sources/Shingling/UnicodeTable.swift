/// The pinned Unicode properties of every scalar, in two stages.
///
/// A scalar's upper bits choose a page of 64, pages of one value are stored once, and each scalar has
/// 16 bits there: class (2), asks NFC (1), rank of the combining class (6), lower case (7).
/// The table is about 110 KB and is expanded from `UnicodeRanges` at first use.
package struct UnicodeTable: Sendable {
  /// The version of Unicode the table was made from; part of a corpus's settings fingerprint.
  package static let version = "17.0.0"

  static let pinned = UnicodeTable()

  /// What a scalar is to the tokenizer.
  enum Class: UInt16 {
    /// A token of its own: punctuation, symbols, what is unassigned.
    case single = 0
    /// Part of a maximal run: letters, marks, numbers and `_`.
    case word = 1
    /// A letter of a script that is written without spaces: a token of its own.
    case alone = 2
    /// White space: no token.
    case space = 3
  }

  /// The 16 bits of one scalar.
  struct Properties {
    let bits: UInt16

    var isWord: Bool { bits & 3 == Class.word.rawValue }
    var isSpace: Bool { bits & 3 == Class.space.rawValue }
    /// Whether a text with this scalar may not be in NFC.
    var asksNFC: Bool { bits & 4 != 0 }
    /// Position of the canonical combining class in the order of all classes; 0 for class 0.
    var combiningRank: UInt16 { bits >> 3 & 63 }
    /// Which of `distances` leads to the lower case; 0 for none, 127 for U+0130.
    var lowerIndex: Int { Int(bits >> 9) }
  }

  /// `lowerIndex` of U+0130, whose lower case is two scalars: `i` and U+0307.
  static let lowerIsTwoScalars = 127
  static let pageBits = 6

  static let pageSize = 1 << pageBits

  private(set) var pages: [UInt16]
  private(set) var entries: [UInt16] = []
  let distances: [Int32]

  /// - Complexity: O(number of ranges and of scalars in pages that are not uniform), about 0.3 ms;
  ///   once a process.
  private init() {
    let combining = UnicodeRange.all(UnicodeRanges.combining)
    let lower = UnicodeRange.all(UnicodeRanges.lower)
    let ranks = Set(combining.map(\.value)).sorted()
    distances = [0] + Set(lower.map(\.value)).sorted()
    precondition(ranks.count < 64, "more combining classes than 6 bits hold")
    precondition(distances.count <= Self.lowerIsTwoScalars, "more distances than 7 bits hold")

    // The first four pages are uniform, one a class, and shared until somebody writes to them.
    pages = [UInt16](repeating: Class.single.rawValue, count: 0x110000 / Self.pageSize)
    for value in UInt16(0)..<4 { entries += repeatElement(value, count: Self.pageSize) }
    set(UnicodeRange.all(UnicodeRanges.word), class: .word)
    set(UnicodeRange.all(UnicodeRanges.alone), class: .alone)
    set(UnicodeRange.all(UnicodeRanges.space), class: .space)
    for range in UnicodeRange.all(UnicodeRanges.asksNFC) { add(4, to: range) }
    for range in combining {
      add(UInt16((ranks.firstIndex(of: range.value) ?? 0) + 1) << 3, to: range)
    }
    for range in lower {
      add(UInt16(distances.firstIndex(of: range.value) ?? 0) << 9, to: range)
    }
    let dottedI = UnicodeRange(first: 0x130, last: 0x130, step: 1, value: 0)
    add(UInt16(Self.lowerIsTwoScalars) << 9, to: dottedI)
  }

  /// - Complexity: O(1): two loads.
  @inline(__always)
  subscript(_ scalar: UInt32) -> Properties {
    let page = Int(pages[Int(scalar >> UInt32(Self.pageBits))])
    let within = Int(scalar & (1 << UInt32(Self.pageBits) - 1))
    return Properties(bits: entries[page << Self.pageBits + within])
  }

  /// Gives scalars their class; comes before everything else is added.
  private mutating func set(_ ranges: [UnicodeRange], class: Class) {
    for range in ranges {
      var scalar = range.first
      while scalar <= range.last {
        if scalar % Self.pageSize == 0, scalar + Self.pageSize - 1 <= range.last {
          pages[scalar / Self.pageSize] = `class`.rawValue
          scalar += Self.pageSize
        } else {
          entries[ownEntry(of: scalar)] = `class`.rawValue
          scalar += 1
        }
      }
    }
  }

  private mutating func add(_ bits: UInt16, to range: UnicodeRange) {
    for scalar in stride(from: range.first, through: range.last, by: range.step) {
      entries[ownEntry(of: scalar)] |= bits
    }
  }

  /// Where the scalar's bits are, in a page that is not shared.
  private mutating func ownEntry(of scalar: Int) -> Int {
    let page = scalar / Self.pageSize
    if pages[page] < 4 {
      entries += repeatElement(pages[page], count: Self.pageSize)
      pages[page] = UInt16(entries.count / Self.pageSize - 1)
    }
    return Int(pages[page]) * Self.pageSize + scalar % Self.pageSize
  }
}

/// One item of `UnicodeRanges`: `41-45/2=+32` is U+0041, U+0043 and U+0045 with the value 32.
struct UnicodeRange {
  var first = 0
  var last = 0
  var step = 1
  var value: Int32 = 0

  /// The items of a list, in order.
  ///
  /// - Complexity: O(length of the list).
  static func all(_ list: StaticString) -> [UnicodeRange] {
    list.withUTF8Buffer { $0.split(separator: UInt8(ascii: " ")).map(UnicodeRange.init) }
  }

  init(first: Int, last: Int, step: Int, value: Int32) {
    (self.first, self.last, self.step, self.value) = (first, last, step, value)
  }

  private init(_ item: Slice<UnsafeBufferPointer<UInt8>>) {
    var rest = item
    func number(radix: Int, _ rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> Int {
      var number = 0
      while let byte = rest.first, byte >= 0x30, byte <= 0x39 || byte >= 0x61 {
        number = number * radix + Int(byte <= 0x39 ? byte - 0x30 : byte - 0x57)
        rest.removeFirst()
      }
      return number
    }
    first = number(radix: 16, &rest)
    last = first
    while let mark = rest.popFirst() {
      switch mark {
      case UInt8(ascii: "-"): last = number(radix: 16, &rest)
      case UInt8(ascii: "/"): step = number(radix: 10, &rest)
      case UInt8(ascii: "="):
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        value = Int32(number(radix: 10, &rest)) * (isNegative ? -1 : 1)
      default: preconditionFailure("malformed range")
      }
    }
  }
}
