internal import Serving

/// Records that wait to be read on other threads, in slices.
struct Loader {
  /// Slices that are given away at a time, so that what is more urgent does not wait long.
  private static let slicesInFlight = 4
  private static let recordsPerSlice = 128
  private static let bytesPerSlice = 128 << 10

  private var queue: [Record] = []
  private var next = 0
  private var inFlight: [Int: (records: [Record], generation: Int)] = [:]
  private var lastNumber = 0
  /// Results of an earlier generation were made by other criteria.
  private(set) var generation = 0

  /// Records that are not read yet; some of them may be gone.
  var waitingCount: Int {
    queue.count - next + inFlight.values.reduce(0) { $0 + $1.records.count }
  }

  mutating func add(_ record: Record) { queue.append(record) }

  /// Forgets everything: the criteria are others.
  mutating func restart() {
    queue = []
    next = 0
    generation += 1
  }

  /// Numbers are even; odd ones are errands'.
  mutating func takeJobs(_ criteria: Criteria) -> [(number: Int, job: Job)] {
    var jobs: [(number: Int, job: Job)] = []
    while inFlight.count < Self.slicesInFlight, next < queue.count {
      var records: [Record] = []
      var byteCount = 0
      while next < queue.count, records.count < Self.recordsPerSlice,
        byteCount < Self.bytesPerSlice
      {
        let record = queue[next]
        next += 1
        guard record.isLive, record.reading == nil else { continue }
        records.append(record)
        byteCount += record.bytes.count
      }
      if next == queue.count {
        queue = []
        next = 0
      }
      guard !records.isEmpty else { break }
      lastNumber += 2
      inFlight[lastNumber] = (records, generation)
      let contents = records.map(\.content)
      jobs.append(
        (
          lastNumber,
          Job {
            var reader = RecordReader(criteria)
            return contents.map { reader.read($0) }
          }
        ))
    }
    return jobs
  }

  /// The records of a slice that is done.
  mutating func finish(_ number: Int) -> (records: [Record], generation: Int)? {
    inFlight.removeValue(forKey: number)
  }
}

/// Other work for other threads, each with what is to be done with its result.
struct Errands {
  private var jobs: [(number: Int, job: Job)] = []
  private var waiting: [Int: (any Sendable) -> Void] = [:]
  private var lastNumber = -1

  mutating func run(
    _ body: @escaping @Sendable () -> any Sendable, then: @escaping (any Sendable) -> Void
  ) {
    lastNumber += 2
    jobs.append((lastNumber, Job(body)))
    waiting[lastNumber] = then
  }

  mutating func takeJobs() -> [(number: Int, job: Job)] {
    defer { jobs = [] }
    return jobs
  }

  mutating func take(_ number: Int) -> ((any Sendable) -> Void)? {
    waiting.removeValue(forKey: number)
  }
}
