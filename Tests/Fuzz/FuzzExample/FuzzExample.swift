internal import Curation
internal import JSON
internal import Trimming

/// Bytes as an example: decoded, trimmed and scored. Its edits must be sorted, disjoint and within their
/// text, and the example that they leave must decode and have nothing left to cut.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzExample(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  guard let example = Subject.decode(bytes) else { return 0 }
  var curator = Curator(settings: Settings())
  let prepared = curator.prepare(example, .full)
  guard let quality = prepared.quality else { preconditionFailure("nothing was measured") }
  precondition(quality.tokensAfter <= quality.tokensBefore, "trimming added tokens")
  for cut in quality.edits {
    let count = example.fields[cut.field].range.count
    var last = 0
    for edit in cut.edits {
      precondition(last <= edit.start && edit.start < edit.end && edit.end <= count)
      last = edit.end
    }
  }
  guard !quality.edits.isEmpty else { return 0 }
  guard let again = Subject.decode(example.trimmed(quality.edits)) else {
    preconditionFailure("a trimmed example that is none")
  }
  precondition(curator.edits(of: again).isEmpty, "trimming twice cuts more")
  return 0
}

private enum Subject {
  static func decode(_ bytes: [UInt8]) -> Example? {
    do {
      let value = try JSONParser().parse(bytes).root
      return try ExampleDecoder(fields: nil, idBytesMaximum: 256).decode(value)
    } catch {
      return nil
    }
  }
}
