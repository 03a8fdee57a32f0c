/// General categories of scalars, as sets. The raw value of a single one is a bit; `CategoryRuns`
/// numbers them in this order.
struct CategorySet: OptionSet, Hashable, Sendable {
  let rawValue: UInt32

  init(rawValue: UInt32) { self.rawValue = rawValue }
  private init(at position: Int) { rawValue = 1 << UInt32(position) }

  /// Two letters as in the Unicode Character Database, in the order of the runs.
  private static let names =
    "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Cs Co Cn"
    .split(separator: " ").map(String.init)

  static let upper = named("Lu")
  static let lower = named("Ll")
  static let title = named("Lt")
  static let letter = named("L")
  static let mark = named("M")
  static let number = named("N")
  static let punctuation = named("P")
  static let symbol = named("S")
  /// Control characters that are white space: tab, line ends, U+0085. They stand for themselves in
  /// the table, so that white space is a set of categories.
  static let whiteControl = CategorySet(at: 30)
  /// White_Space: separators and those control characters.
  static let space = named("Z").union(whiteControl)
  static let decimal = named("Nd")
  static let format = named("Cf")
  static let all = CategorySet(rawValue: (1 << 31) - 1)

  /// The set of a name as in `\p{Lu}` or `\p{L}`; empty for an unknown one.
  static func named(_ name: String) -> CategorySet {
    var set = CategorySet()
    for (position, known) in names.enumerated() where known == name || known.prefix(1) == name {
      set.insert(CategorySet(at: position))
    }
    if name == "C" || name == "Cc" { set.insert(CategorySet(rawValue: 1 << 30)) }
    return set
  }
}

/// The general category of every scalar, in two stages: pages of 256, equal ones stored once.
struct CategoryTable: Sendable {
  static let shared = CategoryTable()

  private static let pageSize = 256
  private var pages: [UInt16] = []
  private var categories: [UInt8] = []

  /// - Complexity: O(number of scalars), some milliseconds; once a process.
  private init() {
    var flat: [UInt8] = []
    flat.reserveCapacity(0x110000)
    CategoryRuns.all.withUTF8Buffer { text in
      var index = 0
      while index < text.count {
        let letter = text[index]
        let value = letter <= 0x5A ? letter - 0x41 : letter - 0x61 + 26
        index += 1
        var length = 0
        while index < text.count, text[index] != UInt8(ascii: " ") {
          length = length * 10 + Int(text[index] - 0x30)
          index += 1
        }
        flat += repeatElement(value, count: max(1, length))
        index += 1
      }
    }
    precondition(flat.count == 0x110000, "the runs are all scalars")
    var known: [[UInt8]: UInt16] = [:]
    for start in stride(from: 0, to: flat.count, by: Self.pageSize) {
      let page = Array(flat[start..<(start + Self.pageSize)])
      if let number = known[page] {
        pages.append(number)
      } else {
        let number = UInt16(categories.count / Self.pageSize)
        known[page] = number
        categories += page
        pages.append(number)
      }
    }
  }

  /// The category of a scalar, as a set of one.
  ///
  /// - Precondition: at most U+10FFFF.
  @inline(__always)
  func category(of scalar: UInt32) -> CategorySet {
    let page = Int(pages[Int(scalar >> 8)])
    return CategorySet(rawValue: 1 << UInt32(categories[page << 8 | Int(scalar & 255)]))
  }
}

/// Scalars of UTF-8.
enum Scalars {
  /// The scalar at `index` and how many bytes it has. Text is valid UTF-8; what is not gives
  /// U+FFFD for each byte, so that nothing is read beyond `end`.
  @inline(__always)
  static func decode(_ text: Span<UInt8>, _ index: Int, _ end: Int) -> (value: UInt32, size: Int) {
    let first = UInt32(text[index])
    if first < 0x80 { return (first, 1) }
    if first >= 0xC2, first < 0xE0, index + 1 < end {
      return ((first & 0x1F) << 6 | UInt32(text[index + 1] & 0x3F), 2)
    }
    if first >= 0xE0, first < 0xF0, index + 2 < end {
      return (
        (first & 0x0F) << 12 | UInt32(text[index + 1] & 0x3F) << 6
          | UInt32(text[index + 2] & 0x3F), 3
      )
    }
    if first >= 0xF0, first < 0xF5, index + 3 < end {
      let high = (first & 0x07) << 18 | UInt32(text[index + 1] & 0x3F) << 12
      let value = high | UInt32(text[index + 2] & 0x3F) << 6 | UInt32(text[index + 3] & 0x3F)
      return value <= 0x10FFFF ? (value, 4) : (0xFFFD, 1)
    }
    return (0xFFFD, 1)
  }

  /// The start of the scalar that ends before `index`.
  static func start(before index: Int, _ text: Span<UInt8>) -> Int {
    var start = index - 1
    while start > 0, text[start] & 0xC0 == 0x80, index - start < 4 { start -= 1 }
    return start
  }

  static func append(_ value: UInt32, to bytes: inout [UInt8]) {
    switch value {
    case 0..<0x80: bytes.append(UInt8(value))
    case 0x80..<0x800:
      bytes.append(UInt8(0xC0 | value >> 6))
      bytes.append(UInt8(0x80 | value & 0x3F))
    case 0x800..<0x10000:
      bytes.append(UInt8(0xE0 | value >> 12))
      bytes.append(UInt8(0x80 | value >> 6 & 0x3F))
      bytes.append(UInt8(0x80 | value & 0x3F))
    default:
      bytes.append(UInt8(0xF0 | value >> 18))
      bytes.append(UInt8(0x80 | value >> 12 & 0x3F))
      bytes.append(UInt8(0x80 | value >> 6 & 0x3F))
      bytes.append(UInt8(0x80 | value & 0x3F))
    }
  }
}

extension [UInt8] {
  /// Appends `text[start..<end]`.
  mutating func append(_ text: Span<UInt8>, _ start: Int, _ end: Int) {
    text.extracting(start..<end).withUnsafeBufferPointer { append(contentsOf: $0) }
  }
}
