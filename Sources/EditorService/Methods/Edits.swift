internal import JSON

/// What actions do to a document's text.
extension EditorSession {
  /// Cuts the fluff of one record.
  func trimming(_ record: Record, _ document: Document) -> [TextChange] {
    (record.reading?.findings ?? []).filter { $0.code == .fluff }.map { finding in
      TextChange(range: document.range(of: record, finding.range, encoding), text: [])
    }
  }

  /// Adds the member that says that a record is to be left alone.
  func ignoring(_ record: Record, _ document: Document) -> [TextChange] {
    guard let kind = record.reading?.kind, kind == .example || kind == .unusable,
      let last = record.content.lastIndex(where: { $0 > 0x20 }), record.content[last] == 0x7D
    else { return [] }
    let before = record.content[..<last].lastIndex { $0 > 0x20 } ?? last
    let comma = record.content[before] == 0x7B ? "" : ", "
    let place = document.range(of: record, (before + 1)..<(before + 1), encoding)
    return [TextChange(range: place, text: Array("\(comma)\"thresher\": \"ignore\"".utf8))]
  }

  /// Deletes records, with their lines or commas.
  /// - Parameter numbers: ascending.
  func removing(_ numbers: [Int], from document: Document) -> [TextChange] {
    var changes: [TextChange] = []
    var index = 0
    while index < numbers.count {
      var last = index
      while last + 1 < numbers.count, numbers[last + 1] == numbers[last] + 1 { last += 1 }
      let range = removal(numbers[index]...numbers[last], from: document)
      changes.append(TextChange(range: range, text: []))
      index = last + 1
    }
    return changes
  }

  /// What holds some neighbours and what sets them apart from the others.
  private func removal(_ numbers: ClosedRange<Int>, from document: Document) -> TextRange {
    func place(_ number: Int) -> TextRange {
      let record = document.records[number]
      return document.range(of: record, 0..<record.contentCount, encoding)
    }
    if numbers.upperBound + 1 < document.records.count {
      return TextRange(place(numbers.lowerBound).start, place(numbers.upperBound + 1).start)
    }
    let end = place(numbers.upperBound).end
    if numbers.lowerBound > 0 { return TextRange(place(numbers.lowerBound - 1).end, end) }
    return TextRange(place(numbers.lowerBound).start, end)
  }

  // MARK: The whole file

  func edit(_ action: SourceAction, _ document: Document) -> WorkspaceEdit {
    switch action {
    case .trimAll:
      let cut = numbers(of: document) { $0.reading?.tokensCut ?? 0 > 0 || self.hasFluff($0) }
      return WorkspaceEdit(
        document, cut.flatMap { trimming(document.records[$0], document) })
    case .removeDuplicates:
      let duplicates = numbers(of: document) { Duplicate($0) != nil }
      return WorkspaceEdit(document, removing(duplicates, from: document))
    case .dropBelow:
      let low = numbers(of: document) { record in
        record.reading?.findings.contains { $0.code == .lowScore } ?? false
      }
      return WorkspaceEdit(document, removing(low, from: document))
    }
  }

  private func hasFluff(_ record: Record) -> Bool {
    record.reading?.findings.contains { $0.code == .fluff } ?? false
  }

  private func numbers(of document: Document, _ isMeant: (Record) -> Bool) -> [Int] {
    var numbers: [Int] = []
    document.records.forEach(in: 0..<document.records.count) { record in
      if isMeant(record) { numbers.append(record.number) }
    }
    return numbers
  }
}
