internal import JSONRPC
package import Serving

extension CorpusService: Keeper {
  package func takeStoreJobs() -> [(number: Int, lane: StoreLane, job: Job)] {
    for residence in all { residence.flush() }
    return takeGivenJobs()
  }

  package func stored(_ number: Int, _ result: any Sendable) { complete(number, result) }

  package func takeReleased() -> Bool {
    // Each is asked, since asking takes it back.
    all.reduce(false) { $1.takeReleased() || $0 }
  }

  package var isIdle: Bool { hasNoJobs && all.allSatisfy(\.isIdle) }

  /// Lets go of all files. To be called last.
  package func close() {
    for residence in all { residence.close() }
  }
}
