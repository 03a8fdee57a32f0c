/// Bytes both ways with one peer, whatever carries them.
///
/// After `finish` or an error the channel closes itself; `didClose` is the last call, and comes
/// exactly once.
package protocol ByteChannel: AnyObject {
  var delegate: (any ByteChannelDelegate)? { get set }
  func startReading()
  func stopReading()
  /// Sends after what was sent before. Never blocks, never refuses: see `unsentBytes`.
  func write(_ bytes: [UInt8])
  /// Bytes that were written and not yet taken by the system.
  var unsentBytes: Int { get }
  /// Closes once everything written is sent.
  func finish()
  /// Closes at once; unsent bytes are lost.
  func close()
}

package protocol ByteChannelDelegate: AnyObject {
  /// The bytes are valid during the call.
  func channel(didRead bytes: UnsafeRawBufferPointer)
  /// The peer sends no more.
  func channelDidEnd()
  /// `unsentBytes` fell.
  func channelDidSend()
  func channelDidFail(_ error: UVError)
  func channelDidClose()
}
