import CorpusService
import Curation
import JSON
import JSONRPC
import Serving
import Synchronization
import Testing

/// One file of phrases, at `/phrases`, and how often it was read.
final class OneFile: FileReading {
  private let count = Mutex(0)
  var reads: Int { count.withLock(\.self) }
  func stamp(of path: String) -> String? { path == "/phrases" ? "1" : nil }
  func read(
    _ path: String, bytesMaximum: Int
  ) throws(FileProblem) -> (bytes: [UInt8], digest: FileDigest) {
    guard path == "/phrases" else { throw FileProblem("not there") }
    count.withLock { $0 += 1 }
    let digest = FileDigest(bytes: Array(repeating: 7, count: FileDigest.byteCount))
    return (Array("opener:\nahoy\n".utf8), digest)
  }
}

@Suite struct NamedFileTests {
  let file = OneFile()
  let settings = #"{"trim":{"phrases":"/phrases"}}"#

  @Test func `settings of a request load a file once`() throws {
    let rig = Rig(files: file)
    for _ in 0..<3 {
      let outcome = try rig.outcome(
        "text/trim",
        #"{"example":{"instruction":"Who?","output":"Ahoy! It is Ann."},"settings":\#(settings)}"#)
      #expect(outcome.contains(#""output":"It is Ann.""#), "\(outcome)")
    }
    #expect(file.reads == 1)
  }

  @Test func `a corpus keeps its file, and tells another one by content`() throws {
    let rig = Rig(files: file)
    let opened = #"{"corpus":"a","settings":\#(settings)}"#
    #expect(try rig.outcome("corpus/open", opened).contains(#""sha256":"0707"#))
    #expect(try rig.outcome("corpus/open", opened).contains(#""created":false"#))
    let without = #"{"corpus":"a","settings":{"trim":{"phrases":null}}}"#
    #expect(try rig.outcome("corpus/open", without) == "settings_differ /settings/trim/phrases")
    #expect(
      try rig.outcome("corpus/open", #"{"corpus":"b","settings":{"trim":{"phrases":"/x"}}}"#)
        == "invalid_params /settings/trim/phrases")
  }

  @Test func `files are read for peers on this machine only`() throws {
    for (peer, isServed) in [(Peer.unix, true), (.stdio, true), (.tcp, false)] {
      let rig = Rig(files: file, peer: peer)
      if peer == .tcp { _ = try rig.outcome("initialize", #"{"token":"secret"}"#) }
      let outcome = try rig.outcome("corpus/open", #"{"corpus":"a","settings":\#(settings)}"#)
      #expect(outcome.contains("created") == isServed, "\(outcome)")
      if !isServed { #expect(outcome == "invalid_params /settings/trim/phrases") }
    }
    let rig = Rig()
    #expect(
      try rig.outcome("corpus/open", #"{"corpus":"a","settings":\#(settings)}"#)
        == "invalid_params /settings/trim/phrases")
  }
}
