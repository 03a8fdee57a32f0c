/// What a target may import, by level. The table of DESIGN section 4; a test reads every `import`
/// line against it. System modules are listed where they are allowed, and nowhere else.
enum Layers {
  static let allowed: [String: Set<String>] = [
    // Level 1
    "Threads": ["Glibc", "Synchronization"],
    "EventLoop": ["CLibuv", "CSystem", "Glibc", "Synchronization", "Threads"],
    "JSON": ["CSimdjson", "Glibc"],
    // Level 2
    "JSONRPC": ["Glibc", "JSON"],
    "Transport": ["EventLoop", "JSONRPC"],
    // Level 3: pure, values in, values out
    "Shingling": ["CIntrinsics", "Swift"],
    "Sketching": ["Shingling"],
    "Containers": ["CIntrinsics", "Glibc"],
    "Indexing": ["CIntrinsics", "Containers", "Sketching", "Shingling"],
    "Tokenizing": ["CIntrinsics", "JSON", "Swift", "Synchronization"],
    "Trimming": [],
    "Scoring": ["CEnglishModel", "CIntrinsics"],
    // Level 4
    "Curation": [
      "JSON", "Shingling", "Sketching", "Containers", "Indexing", "Tokenizing", "Trimming",
      "Scoring",
    ],
    "CorpusStore": [
      "CSQLite", "Curation", "Glibc", "JSON", "Shingling", "Synchronization", "Threads",
    ],
    // Level 5: no sockets, no clock
    "Serving": ["JSON", "JSONRPC"],
    // Level 6
    "CorpusService": [
      "JSON", "JSONRPC", "Curation", "CorpusStore", "Serving", "Indexing", "Scoring", "Trimming",
    ],
    "EditorService": [
      "JSON", "JSONRPC", "Curation", "Serving", "Indexing", "Scoring", "Shingling", "Sketching",
      "Trimming",
    ],
    // Level 7
    "thresher": [
      "ArgumentParser", "CCrypto", "CZlib", "CZstd", "CorpusService", "CorpusStore", "Curation",
      "EditorService", "EventLoop", "Glibc", "Indexing", "JSON", "JSONRPC", "Logging", "Scoring",
      "Serving", "Synchronization",
      "Threads", "Transport", "Trimming",
    ],
    "thresher-bench": [
      "ArgumentParser", "CorpusService", "Curation", "Glibc", "Indexing", "JSON", "JSONRPC",
      "Scoring", "Serving", "Shingling", "Sketching", "Tokenizing", "Trimming",
    ],
  ]

  /// Files with something `public`: what hot loops of other modules call. The compiler inlines across
  /// modules only what is public.
  static let publicForInlining: Set<String> = [
    "Containers/Bucket.swift", "Containers/ChunkedArray.swift", "Containers/TagTable.swift",
    "Shingling/HashKey.swift",
  ]

  /// Words that have no place in the sources, and why.
  static let bannedWords: [(word: String, reason: String, exempt: Set<String>)] = [
    (
      "print(", "stdout belongs to messages; use the log or Terminal",
      ["thresher-bench"]  // which sends none
    ),
    ("try!", "a mistake of the outside world must not end the daemon", []),
    ("Hasher", "its seed changes from run to run; nothing of it may reach a verdict", []),
    ("FIXME", "file an issue instead", []),
    ("import Foundation", "start time and size; what it gives is not needed", []),
  ]
}
