internal import JSON

/// `$/progress` while records are read.
struct ReadingProgress {
  enum Stage { case asked, running }

  let token: String
  var stage = Stage.asked
  var total: Int
  var shownPercent = 0
}

extension EditorSession {
  /// Fewer records are read before anyone looks.
  private static let recordsMinimum = 400
  /// Steps in which it is told.
  private static let percentStep = 5

  /// Tells that reading has begun, or that there is more to read.
  func beginProgress() {
    let count = loader.waitingCount
    guard client.takesProgress, count >= Self.recordsMinimum else { return }
    if let known = progress?.total {
      progress?.total = max(known, count)
      return
    }
    progressCount += 1
    let token = "thresher/read/\(progressCount)"
    progress = ReadingProgress(token: token, total: count)
    outbox.ask("window/workDoneProgress/create") { writer in
      writer.key("token")
      writer.string(token)
    } then: { [unowned self] _ in
      guard progress?.token == token else { return }
      progress?.stage = .running
      tell(token) { writer in
        writer.key("kind")
        writer.string("begin")
        writer.key("title")
        writer.string("Thresher reads")
        writer.key("percentage")
        writer.integer(0)
      }
      reportProgress()
    }
  }

  /// Tells how far it is; and that it is over.
  func reportProgress() {
    guard let progress, loader.waitingCount > 0 else { return endProgress() }
    guard progress.stage == .running else { return }
    let percent = 100 * (progress.total - loader.waitingCount) / max(1, progress.total)
    guard percent >= progress.shownPercent + Self.percentStep else { return }
    self.progress?.shownPercent = percent
    tell(progress.token) { writer in
      writer.key("kind")
      writer.string("report")
      writer.key("percentage")
      writer.integer(percent)
    }
  }

  private func endProgress() {
    if let progress, progress.stage == .running {
      tell(progress.token) { writer in
        writer.key("kind")
        writer.string("end")
      }
    }
    progress = nil
    guard loader.waitingCount == 0 else { return }
    if client.refreshesLenses { outbox.ask("workspace/codeLens/refresh") }
    if client.refreshesHints { outbox.ask("workspace/inlayHint/refresh") }
    if client.refreshesDiagnostics, documents.values.contains(where: \.isPulled) {
      outbox.ask("workspace/diagnostic/refresh")
    }
  }

  private func tell(_ token: String, _ value: @escaping (inout JSONWriter) -> Void) {
    outbox.notify("$/progress") { writer in
      writer.key("token")
      writer.string(token)
      writer.key("value")
      writer.object(value)
    }
  }
}
