/// The page that explains the editor's codes.
enum EditorPage {
  private static let name = "Protocol/editor.md"
  /// Folders above the program that are looked at.
  private static let depthMaximum = 5

  /// `$THRESHER_PAGE`, else the file that lies in a folder above the program; nil if there is none.
  static var url: String? {
    if let url = environment("THRESHER_PAGE") { return url }
    var folder = DiskFiles.folder(of: DiskFolders.programPath)
    for _ in 0..<depthMaximum {
      let path = folder == "/" ? "/\(name)" : "\(folder)/\(name)"
      if DiskFiles().stamp(of: path) != nil { return DiskFolders.url(of: path) }
      guard folder != "/" else { return nil }
      folder = DiskFiles.folder(of: folder)
    }
    return nil
  }
}
