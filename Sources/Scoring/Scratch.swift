/// Memory for plain values that is used again for every text: no check of bounds and of ownership at
/// each access, which arrays have and which cost as much as the work in the innermost loops. A copy
/// of the reference is the same memory, so it belongs to one thread like what holds it.
final class Scratch<Element: BitwiseCopyable> {
  private(set) var base: UnsafeMutablePointer<Element>
  private(set) var capacity = 0
  private let filler: Element

  init(filler: Element) {
    self.filler = filler
    base = .allocate(capacity: 1)
  }

  deinit { base.deallocate() }

  /// Room for `count` elements; what was there is lost when it grows.
  func reserve(_ count: Int) {
    guard count > capacity else { return }
    base.deallocate()
    capacity = count + count / 2 + 64
    base = .allocate(capacity: capacity)
    base.initialize(repeating: filler, count: capacity)
  }

  /// Room for twice as many; what is there stays.
  func grow() {
    let old = (base: base, capacity: capacity)
    capacity = 2 * capacity + 64
    base = .allocate(capacity: capacity)
    base.update(from: old.base, count: old.capacity)
    (base + old.capacity).initialize(repeating: filler, count: capacity - old.capacity)
    old.base.deallocate()
  }

  /// - Precondition: `index` is below what was reserved.
  @inline(__always)
  subscript(_ index: Int) -> Element {
    get {
      assert(index >= 0 && index < capacity)
      return base[index]
    }
    set {
      assert(index >= 0 && index < capacity)
      base[index] = newValue
    }
  }
}
