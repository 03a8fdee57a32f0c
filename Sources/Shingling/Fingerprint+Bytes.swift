extension Fingerprint {
  /// The fingerprint of any bytes, taken as they are.
  ///
  /// - Complexity: O(size), about a byte a cycle.
  package init(of bytes: Span<UInt8>, key: HashKey) {
    self.init(of: bytes.bytes, count: bytes.count, key: key)
  }
}
