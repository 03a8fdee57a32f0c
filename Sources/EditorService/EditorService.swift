package import Curation
package import JSON
package import JSONRPC
package import Serving

/// A corpus that records can be looked up in; nothing is changed there.
package protocol CorpusLookup: AnyObject {
  var settings: Settings { get }
  /// The kept example that resembles the record most, if one reaches the threshold.
  func closest(to prepared: Prepared) -> (id: ExampleID, similarity: Int)?
  /// Whether the corpus has references.
  var hasReferences: Bool { get }
  /// The reference that occurs in the record.
  func contamination(of prepared: Prepared) -> Contamination?
}

/// Lists folders for those who do no I/O themselves.
package protocol FolderReading: Sendable {
  /// Absolute paths of the files below a folder whose names end so, in order of their bytes; hidden
  /// folders and links are not followed.
  func files(below folder: String, ending suffix: String) -> [String]
}

/// Language servers, one a connection. What they share is here.
package final class EditorService {
  let identity: ServerIdentity
  let limits: Limits
  let defaults: Settings
  let files: (any FileReading)?
  let folders: (any FolderReading)?
  let settingsFiles: SettingsFiles?
  let corpus: (String) -> (any CorpusLookup)?
  /// The URL of `Protocol/editor.md`, which explains the codes; nil where that is not known.
  let page: String?

  /// - Parameters:
  ///   - defaults: what records are judged by where the client says nothing.
  ///   - files: reads the files that settings name, and those of the workspace.
  ///   - corpus: finds a corpus of the daemon's by its name.
  package init(
    identity: ServerIdentity, limits: Limits, defaults: Settings = Settings(),
    files: (any FileReading)? = nil, folders: (any FolderReading)? = nil, page: String? = nil,
    corpus: @escaping (String) -> (any CorpusLookup)? = { _ in nil }
  ) {
    (self.identity, self.limits, self.defaults) = (identity, limits, defaults)
    (self.files, self.folders, self.corpus) = (files, folders, corpus)
    self.page = page
    settingsFiles = files.map(SettingsFiles.init)
  }

  /// Lets a client in. See `ConversationMaker`.
  package func begin(
    _ peer: Peer, _ params: JSONValue
  ) throws(RPCError) -> (any Conversation, initialize: any Work) {
    let session = EditorSession(self, peer, params)
    return (session, session.initializeAnswer())
  }

  /// Whoever comes over TCP may be on another machine, or another user of this one.
  func fileAccess(of peer: Peer) -> FileAccess {
    guard let settingsFiles else { return .refused("files are not read here") }
    return switch peer {
    case .stdio, .unix: .absolute(settingsFiles)
    case .tcp: .refused("files are not read for peers on TCP")
    }
  }
}
