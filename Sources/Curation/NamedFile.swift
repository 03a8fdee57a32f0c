/// A file that settings name. What it is, is its content: two of them are equal when their
/// SHA-256 is, wherever they lie.
package struct NamedFile<Value: Sendable>: Equatable, Sendable {
  /// Where it was read from; absolute.
  package let path: String
  package let digest: FileDigest
  /// What was made of the bytes.
  package let value: Value

  package init(path: String, digest: FileDigest, value: Value) {
    self.path = path
    self.digest = digest
    self.value = value
  }

  package static func == (lhs: Self, rhs: Self) -> Bool { lhs.digest == rhs.digest }
}

/// The SHA-256 of a file's bytes.
package struct FileDigest: Hashable, Sendable, CustomStringConvertible {
  package static let byteCount = 32
  private let bytes: [UInt8]

  /// - Precondition: 32 bytes.
  package init(bytes: [UInt8]) {
    precondition(bytes.count == Self.byteCount)
    self.bytes = bytes
  }

  /// 64 hexadecimal digits; nil for anything else.
  package init?(hexadecimal text: String) {
    let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    guard digits.count == 2 * Self.byteCount, text.utf8.count == digits.count else { return nil }
    bytes = stride(from: 0, to: digits.count, by: 2).map {
      UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
  }

  /// In hexadecimal, lower case.
  package var description: String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}

/// What can be made of a file, and how.
///
/// Each kind is a static value in an extension (`FileKind.phrases`): that, and a case in
/// `SettingsReader`, is all that another kind needs.
package struct FileKind<Value: Sendable>: Sendable {
  /// What messages call it: "phrases".
  package let name: String
  /// Larger files are refused before they are read to the end.
  package let bytesMaximum: Int
  /// Reads the bytes; what it throws says what is wrong and where in the file.
  package let load: @Sendable ([UInt8]) throws(FileProblem) -> Value

  package init(
    _ name: String, bytesMaximum: Int,
    load: @escaping @Sendable ([UInt8]) throws(FileProblem) -> Value
  ) {
    self.name = name
    self.bytesMaximum = bytesMaximum
    self.load = load
  }
}

/// Why a file cannot be used: "No such file or directory", "line 3: no class {hello}".
package struct FileProblem: Error, Equatable, Sendable {
  package let message: String
  package init(_ message: String) { self.message = message }
}
