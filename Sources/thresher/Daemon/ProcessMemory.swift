internal import Glibc

/// Memory of this process, in bytes.
struct ProcessMemory {
  let resident: Int
  /// The most it ever was.
  let peak: Int

  static var now: ProcessMemory {
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    let peak = usage.ru_maxrss << 10
    // The second number is of pages (proc(5)).
    let text = (try? WholeFile.read("/proc/self/statm", bytesMaximum: 4_096)) ?? []
    let fields = String(decoding: text, as: UTF8.self).split(separator: " ")
    let pages = fields.count > 1 ? Int(fields[1]) : nil
    return ProcessMemory(
      resident: pages.map { $0 * sysconf(Int32(_SC_PAGESIZE)) } ?? peak, peak: peak)
  }
}
