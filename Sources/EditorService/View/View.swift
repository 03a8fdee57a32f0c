// Which records are duplicates, kept up to date by what an edit touches.
//
//   twins      records with one fingerprint are a group; its first record stands for it, the others are
//              exact duplicates of the first
//   leaders    groups that no earlier group resembles: what a filter would keep
//   followers  groups with an earlier leader that they resemble; told to be like the first of these
//   strays     the others: like earlier followers only; told to be like the first of these
//
// Each tier has an index of its own, so that thousands of rows made of one template cost what their
// few leaders cost: a follower is found to be one without a look at the other followers.
//
// A change puts the groups concerned into a queue by order of place. What a group is depends on earlier
// groups only, and being looked at queues later ones only, so one pass settles everything:
//
//   becomes a leader, or is one and moved    later groups it resembles, unless they have an
//                                            earlier leader
//   is no leader any more, or gone           those that name it
//   is new or moved, and no leader           later leaders and strays it resembles
//
// Architecture invariant: the state is a function of the records and their order; the order of the
// changes that led there leaves no trace. A test compares with a view made afresh.

internal import Curation
internal import Indexing
internal import Shingling
internal import Sketching

/// The records of all documents of one editor, and what they are to each other.
final class View {
  private var tiers: [TierIndex]
  private var groups: [Fingerprint: TwinGroup] = [:]
  private var queue = PlaceQueue()
  /// The group of a record that took the place of another one, while it is not settled.
  private var successor: TwinGroup?
  /// Those who named the other one, and are not queued yet.
  private var orphans: [TwinGroup] = []
  private var isReplacing = false
  /// Called for each record about which something changed.
  var noteChange: (Record) -> Void = { _ in }
  /// Called for records of whose documents the diagnostics have to be written anew.
  var noteNeighbour: (Record) -> Void = { _ in }

  init(_ threshold: Threshold) {
    tiers = TwinGroup.Tier.allCases.map { _ in TierIndex(threshold) }
  }

  /// Groups, their records and each other's originals hold on to one another.
  deinit {
    for group in groups.values {
      for member in group.members { member.group = nil }
      (group.members, group.dependents, group.resemblance) = ([], [], nil)
    }
  }

  // MARK: Changing

  /// One record is about to be taken out, and one to be put in its place: what named the one may name
  /// the other, which is found out without a search for each.
  func beginReplacing() { isReplacing = true }

  /// Takes a record in that stands in its place already. `settle` is to follow.
  func insert(_ record: Record, _ text: ShingledText, bandKeys: [UInt64]) {
    // One without tokens is like no other.
    guard text.tokenCount > 0 else { return }
    guard let group = groups[text.fingerprint] else {
      let group = TwinGroup(text, bandKeys: bandKeys)
      group.members = [record]
      record.group = group
      groups[text.fingerprint] = group
      enqueue(group)
      if isReplacing { successor = group }
      return
    }
    let place = group.place(of: record)
    group.members.insert(record, at: place)
    record.group = group
    guard place == 0 else { return }
    // What was first is an exact duplicate now; the group has moved to an earlier place.
    noteChange(group.members[1])
    move(group)
  }

  /// Takes a record out that stands in its place still. `settle` is to follow.
  func remove(_ record: Record) {
    guard let group = record.group else { return }
    record.group = nil
    let place = group.place(of: record)
    precondition(group.members[place] === record, "a record is missing from its group")
    group.members.remove(at: place)
    if group.members.isEmpty {
      for dependent in group.dependents {
        dependent.isOrphan = true
        dependent.resemble(nil)
        if isReplacing { orphans.append(dependent) } else { enqueue(dependent) }
      }
      group.resemble(nil)
      tiers[group.tier.rawValue].remove(group)
      groups[group.fingerprint] = nil
      queue.forget(group)
    } else if place == 0 {
      move(group)
    }
  }

  /// The first of the group is another one now.
  private func move(_ group: TwinGroup) {
    noteChange(group.first)
    noteNeighbours(group.members)
    for dependent in group.dependents { enqueue(dependent) }
    group.hasMoved = true
    enqueue(group)
  }

  /// - Complexity: O(records), a few nanoseconds each.
  private func noteNeighbours(_ records: [Record]) {
    var last: RecordList?
    for record in records where record.chunk.list !== last {
      last = record.chunk.list
      noteNeighbour(record)
    }
  }

  private func enqueue(_ group: TwinGroup) { queue.insert(group) }

  // MARK: Settling

  /// Looks at what the changes concern. All records stand in their places.
  func settle() {
    if let successor {
      // Whatever else is queued comes after it.
      queue.forget(successor)
      evaluate(successor)
    }
    for orphan in orphans where orphan.isOrphan && !orphan.members.isEmpty { enqueue(orphan) }
    orphans.removeAll(keepingCapacity: true)
    (successor, isReplacing) = (nil, false)
    while let group = queue.takeFirst() { evaluate(group) }
  }

  private func evaluate(_ group: TwinGroup) {
    let wasLeader = group.tier == .leader && group.resemblance == nil && !group.hasMoved
    let old = group.resemblance
    var known: [[TwinGroup.Resemblance]?] = [nil, nil, nil]
    /// What a tier has that is like the group.
    func matches(_ tier: TwinGroup.Tier) -> [TwinGroup.Resemblance] {
      if let found = known[tier.rawValue] { return found }
      let found = tiers[tier.rawValue].matches(group)
      known[tier.rawValue] = found
      return found
    }
    func earliest(_ tier: TwinGroup.Tier) -> TwinGroup.Resemblance? {
      matches(tier).lazy.filter { $0.original.precedes(group) }
        .min { $0.original.precedes($1.original) }
    }
    var tier = TwinGroup.Tier.follower
    var new = earliest(.leader)
    if new == nil {
      tier = .stray
      new = [earliest(.follower), earliest(.stray)].compactMap { $0 }
        .min { $0.original.precedes($1.original) }
    }
    if new == nil { tier = .leader }
    if new != old || group.isOrphan {
      group.resemble(new)
      group.isOrphan = false
      noteChange(group.first)
    } else if new != nil {
      // Its original may be another record now.
      noteNeighbour(group.first)
    }
    // Whom it concerns, before it changes its own place among the indices.
    if tier == .leader {
      if !wasLeader {
        for found in TwinGroup.Tier.allCases.flatMap(matches) {
          let other = found.original
          guard group.precedes(other) else { continue }
          if other.isOrphan, other.tier == .follower, group === successor {
            // Its original stood in this very place, and was the first leader like it. So is this one.
            other.isOrphan = false
            other.resemble(
              TwinGroup.Resemblance(
                original: group, similarity: found.similarity, isEstimated: found.isEstimated))
            noteChange(other.first)
            continue
          }
          if other.tier == .follower, other.resemblance?.original.precedes(group) ?? false {
            continue
          }
          enqueue(other)
        }
      }
    } else {
      if group.tier == .leader { for dependent in group.dependents { enqueue(dependent) } }
      if group.hasMoved {
        for found in matches(.leader) + matches(.stray) where group.precedes(found.original) {
          enqueue(found.original)
        }
      }
    }
    group.hasMoved = false
    if tier != group.tier || group.ordinal == nil {
      tiers[group.tier.rawValue].remove(group)
      group.tier = tier
      tiers[tier.rawValue].insert(group)
    }
  }
}
