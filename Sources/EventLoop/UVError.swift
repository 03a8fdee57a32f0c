internal import CLibuv

/// An error that libuv or the system reported, and what was being done.
package struct UVError: Error, Equatable, CustomStringConvertible, Sendable {
  package let code: Int32
  package let action: String

  package init(_ code: Int32, _ action: String) {
    self.code = code
    self.action = action
  }

  package var description: String { "\(action): \(String(cString: uv_strerror(code)))" }

  package static func check(_ code: Int32, _ action: @autoclosure () -> String) throws(UVError) {
    if code < 0 { throw UVError(code, action()) }
  }
}
