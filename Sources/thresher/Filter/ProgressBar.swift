/// One line on a terminal that says how far a run is. Silent anywhere else.
struct ProgressBar {
  private let isShown = Terminal.showsProgress
  private let totalBytes: Int?
  private let startedAt: Double
  private var shownAt = 0.0

  /// - Parameter totalBytes: of all inputs; nil where a pipe is among them.
  init(totalBytes: Int?, startedAt: Double) {
    self.totalBytes = totalBytes
    self.startedAt = startedAt
  }

  mutating func show(_ summary: FilterSummary, bytes: Int) {
    guard isShown else { return }
    let now = monotonicSeconds()
    guard now - shownAt >= 0.1 else { return }
    shownAt = now
    let rate = Int(Double(summary.read) / max(now - startedAt, 0.001))
    var line = ""
    if let totalBytes, totalBytes > 0 {
      let filled = min(20, 20 * bytes / totalBytes)
      line += "[" + String(repeating: "#", count: filled)
      line += String(repeating: ".", count: 20 - filled) + "] "
      line += "\(min(100, 100 * bytes / totalBytes)) %  "
    }
    line += "\(Figures.grouped(summary.read)) read, \(Figures.grouped(summary.kept)) kept"
    line += ", \(Figures.grouped(rate))/s"
    Terminal.write("\r\(line)\u{1B}[K", to: 2)
  }

  func clear() { if isShown { Terminal.write("\r\u{1B}[K", to: 2) } }
}
