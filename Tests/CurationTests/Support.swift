import Curation
import JSON

func json(_ text: String) throws -> JSONValue {
  try JSONParser().parse(Array(text.utf8)).root
}

func decode(
  _ text: String, fields: ExampleDecoder.FieldMap? = nil
) throws -> Example {
  try ExampleDecoder(fields: fields, idBytesMaximum: 64).decode(try json(text))
}

extension Example {
  /// The texts of one role, in order.
  func texts(_ role: TextField.Role) -> [String] {
    fields.filter { $0.role == role }.map { String(decoding: arena[$0.range], as: UTF8.self) }
  }
}

extension Settings {
  /// What is dropped is a duplicate or empty.
  static var withoutMinimum: Settings {
    var settings = Settings()
    settings.minimumScore = nil
    return settings
  }
}

/// A corpus with what makes examples ready for it.
struct Judge {
  let corpus: Corpus
  var curator: Curator
  let decoder: ExampleDecoder

  init(_ settings: Settings = .withoutMinimum) {
    corpus = Corpus(name: "test", settings: settings)
    curator = Curator(settings: settings)
    decoder = ExampleDecoder(fields: settings.fields, idBytesMaximum: 64)
  }

  mutating func admit(_ text: String, replaces: Bool = false) throws -> Corpus.Outcome {
    var options = Corpus.Options()
    options.replaces = replaces
    return try corpus.admit(prepare(text), options)
  }

  mutating func judge(_ text: String, replaces: Bool = false) throws -> Corpus.Outcome {
    var options = Corpus.Options()
    options.replaces = replaces
    return try corpus.judge(prepare(text), options, position: 0)
  }

  mutating func prepare(_ text: String) throws -> Prepared {
    curator.prepare(try decoder.decode(try json(text)), .full)
  }
}

extension ExampleID {
  var json: String {
    var writer = JSONWriter()
    write(to: &writer)
    return String(decoding: writer.take(), as: UTF8.self)
  }
}
