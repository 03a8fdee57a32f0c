internal import CEnglishModel
internal import CIntrinsics

/// Vectors of English tokens that point one way where tokens belong to one subject; long for tokens
/// that tell it. They ship with the program; Tests/Evaluation/make_word_vectors.py made them.
///
/// The bytes: 32,768 slots of 32-bit keys, little-endian, 0 for an empty one, open addressing; then for
/// each slot 32 signed bytes.
enum WordVectors {
  static let size = 32
  private static let slots = 32_768

  /// Keys of what is no word; those of words, `Mark.stem`, are odd.
  static let number: UInt32 = 2
  static let lines: UInt32 = 4
  static func sign(_ byte: UInt8) -> UInt32 { 2 * UInt32(byte) }

  /// Where they stand, for loops to keep.
  static var table: UnsafeRawPointer { UnsafeRawPointer(thresher_english_vectors()) }

  /// Asks the memory for where the search for a vector begins.
  @inline(__always)
  static func prefetch(_ key: UInt32, in table: UnsafeRawPointer) {
    thresher_prefetch(table + 4 * Int((key &* 0x9E37_79B1) >> 17))
  }

  /// Asks the memory for a vector.
  @inline(__always)
  static func prefetch(at offset: Int, in table: UnsafeRawPointer) {
    thresher_prefetch(table + offset)
  }

  /// Where in the table the vector of a token is; that of an empty slot, which is zero, where it has none.
  ///
  /// - Complexity: O(1).
  @inline(__always)
  static func offset(_ key: UInt32, in table: UnsafeRawPointer) -> Int {
    var slot = Int((key &* 0x9E37_79B1) >> 17)
    while true {
      let found = UInt32(
        littleEndian: table.load(fromByteOffset: 4 * slot, as: UInt32.self))
      if found == key || found == 0 { return 4 * slots + size * slot }
      slot = (slot + 1) & (slots - 1)
    }
  }

  @inline(__always)
  static func vector(at offset: Int, in table: UnsafeRawPointer) -> UnsafePointer<Int8> {
    (table + offset).assumingMemoryBound(to: Int8.self)
  }
}
