// swift-tools-version: 6.2
import PackageDescription

/// Strictness for every Swift target: language mode 6, and no warning gets past a build.
let swift: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
  // Debug builds check at run time that nothing is read while it is changed; releases leave it out: 3 %
  // of a decision's samples in a profile.
  .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

/// A release carries Swift's runtime with it: calls into it need no indirection, the language server
/// answers `initialize` after 12 instead of 16 ms (Tests/Benchmarks/editor.py), and no Swift is needed
/// where it runs. The file is twice as large.
let runtime: [LinkerSetting] = [
  .unsafeFlags(
    ["-static-stdlib", "-use-ld=lld", "-l_FoundationCollections", "-l_FoundationCShims"],
    .when(platforms: [.linux], configuration: .release))
]

/// A Swift library target. What it may import is the table of `Tests/StyleTests/Layers.swift`.
func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: swift)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: swift)
}

let package = Package(
  name: "Thresher",
  products: [
    .executable(name: "thresher", targets: ["thresher"]),
    .executable(name: "thresher-bench", targets: ["thresher-bench"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
  ],
  targets: [
    // Level 0: what the system brings.
    .systemLibrary(
      name: "CLibuv", pkgConfig: "libuv", providers: [.apt(["libuv1-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CSystem"),
    .systemLibrary(name: "CIntrinsics"),
    .target(
      name: "CSimdjson",
      cxxSettings: [.treatAllWarnings(as: .error)],
      linkerSettings: [.linkedLibrary("simdjson")]),
    // The model that ships with the program, as bytes in the executable.
    .target(
      name: "CEnglishModel",
      exclude: ["english.lm", "english.letters", "english.vectors"],
      cSettings: [.headerSearchPath("."), .treatAllWarnings(as: .error)]),

    // Level 1
    library("Threads"),
    library("EventLoop", ["CLibuv", "CSystem", "Threads"]),
    library("JSON", ["CSimdjson"]),

    // Level 2
    library("JSONRPC", ["JSON"]),
    library("Transport", ["JSONRPC", "EventLoop"]),

    // Level 3: pure
    library("Shingling", ["CIntrinsics"]),
    library("Sketching", ["Shingling"]),
    library("Containers", ["CIntrinsics"]),
    library("Indexing", ["Sketching", "Shingling", "Containers", "CIntrinsics"]),
    library("Tokenizing", ["JSON", "CIntrinsics"]),
    library("Trimming"),
    library("Scoring", ["CEnglishModel", "CIntrinsics"]),

    // Level 4
    library(
      "Curation",
      [
        "JSON", "Shingling", "Sketching", "Containers", "Indexing", "Tokenizing", "Trimming",
        "Scoring",
      ]),

    library(
      "CorpusStore", ["JSON", "Shingling", "Threads", "Curation", "CSQLite"]),

    // Level 5
    library("Serving", ["JSON", "JSONRPC"]),

    // Level 6
    library(
      "CorpusService",
      ["JSON", "JSONRPC", "Curation", "CorpusStore", "Serving", "Indexing", "Scoring", "Trimming"]),

    library(
      "EditorService",
      [
        "JSON", "JSONRPC", "Curation", "Serving", "Indexing", "Scoring", "Shingling", "Sketching",
        "Trimming",
      ]),

    // Level 7
    .executableTarget(
      name: "thresher",
      dependencies: [
        "JSON", "JSONRPC", "EventLoop", "Transport", "Curation", "CorpusStore", "Serving",
        "CorpusService", "EditorService", "Indexing", "Scoring", "Threads", "Trimming", "CCrypto",
        "CZlib", "CZstd",
        "CSystem",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: swift, linkerSettings: runtime),
    .executableTarget(
      name: "thresher-bench",
      dependencies: [
        "JSON", "JSONRPC", "Shingling", "Sketching", "Indexing", "Tokenizing", "Trimming",
        "Scoring", "Curation", "CorpusService", "Serving",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swift, linkerSettings: runtime),

    tests("StyleTests", []),
    tests("JSONTests", ["JSON"]),
    tests("JSONRPCTests", ["JSON", "JSONRPC"]),
    tests("EventLoopTests", ["EventLoop"]),
    tests("ServingTests", ["JSON", "JSONRPC", "Serving"]),
    tests("CorpusServiceTests", ["JSON", "JSONRPC", "Serving", "CorpusService", "Curation"]),
    tests(
      "EditorServiceTests",
      ["JSON", "JSONRPC", "Serving", "EditorService", "Curation", "Shingling", "Sketching"]),
    tests("CurationTests", ["JSON", "Curation", "Scoring"]),
    tests(
      "CorpusStoreTests", ["JSON", "Curation", "CorpusStore", "Indexing", "CSQLite"]),
    tests("ContainersTests", ["Containers"]),
    tests("ShinglingTests", ["Shingling"]),
    tests("SketchingTests", ["Sketching", "Shingling"]),
    tests("IndexingTests", ["Indexing", "Sketching", "Shingling"]),
    tests("TokenizingTests", ["Tokenizing"]),
    tests("TrimmingTests", ["Trimming"]),
    tests("ScoringTests", ["Scoring"]),
    tests(
      "ProtocolTests",
      ["JSON", "JSONRPC", "Serving", "CorpusService", "EditorService", "Curation", "Trimming"]),
  ]
)

// Fuzzers exist only where `Tests/Fuzz/run` asks for them: no other build may link libFuzzer's `main`.
if Context.environment["THRESHER_FUZZ"] != nil {
  let fuzzers: [(name: String, dependencies: [Target.Dependency])] = [
    ("FuzzFramer", ["JSON", "JSONRPC"]),
    ("FuzzMessage", ["JSON", "JSONRPC"]),
    ("FuzzExample", ["JSON", "Curation", "Trimming"]),
    ("FuzzStore", ["JSON", "Curation", "CorpusStore"]),
  ]
  for fuzzer in fuzzers {
    package.targets.append(
      .executableTarget(
        name: fuzzer.name, dependencies: fuzzer.dependencies, path: "Tests/Fuzz/\(fuzzer.name)",
        swiftSettings: swift))
    package.products.append(.executable(name: fuzzer.name, targets: [fuzzer.name]))
  }
}
