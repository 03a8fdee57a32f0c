internal import Indexing
internal import Shingling
internal import Sketching

/// What is kept of an example's text: fingerprint 16 bytes (high, low; little endian) and its shingles,
/// see `StoredSets`.
struct StoredShape: Sendable {
  private static let fingerprintSize = 16

  let fingerprint: Fingerprint
  let shingles: StoredSets.Element

  /// Nil where the bytes stand for none.
  /// - Parameter sets: gets the shingles.
  init?(
    _ bytes: UnsafeRawBufferPointer, to sets: inout StoredSets, _ sketcher: inout Sketcher
  ) {
    guard bytes.count > Self.fingerprintSize,
      let shingles = sets.append(
        UnsafeRawBufferPointer(rebasing: bytes[Self.fingerprintSize...]), &sketcher)
    else { return nil }
    self.shingles = shingles
    fingerprint = Fingerprint(
      high: UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)),
      low: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
  }

  /// Writes what the index has just taken in.
  static func write(
    _ fingerprint: Fingerprint, _ ordinal: UInt32, of index: NearIndex,
    to bytes: inout [UInt8]
  ) {
    for half in [fingerprint.high, fingerprint.low] {
      withUnsafeBytes(of: half.littleEndian) { bytes.append(contentsOf: $0) }
    }
    index.encode(ordinal, to: &bytes)
  }
}
