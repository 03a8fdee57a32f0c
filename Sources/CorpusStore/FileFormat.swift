internal import CSQLite

/// Whether a file is one of ours, of this version, and whole as far as that can be told at a glance.
enum FileFormat {
  static func check(_ database: Database) throws(StoreProblem) {
    let path = database.path
    let application = try database.integer("PRAGMA application_id")
    guard application == Schema.applicationID else {
      throw StoreProblem(.damaged, "\(path) is no corpus of thresher")
    }
    let format = try database.integer("PRAGMA user_version")
    guard format == Schema.format else {
      throw StoreProblem(
        .foreign,
        "\(path) has format \(format), this version reads format \(Schema.format): use the version "
          + "that wrote it, or another --state")
    }
    let rows = try database.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY rowid")
    for object in Schema.objects {
      guard try rows.step(), rows.string(0) == object.type, rows.string(1) == object.name,
        rows.string(2) == object.sql
      else {
        throw StoreProblem(.damaged, "\(path): \(object.type) \(object.name) is not as it was made")
      }
    }
    guard try !rows.step() else {
      throw StoreProblem(.damaged, "\(path): there is more in it than was made")
    }
    guard try database.integer("PRAGMA freelist_count") == 0 else {
      throw StoreProblem(.damaged, "\(path): it has free pages, and nothing was ever deleted")
    }
  }

  /// The engine that a file was written with.
  static func engine(_ database: Database) throws(StoreProblem) -> String {
    let row = try database.prepare("SELECT * FROM about")
    var checksum = RowChecksum()
    guard try row.step(), row.integer(0) == 1,
      checksum.ofAbout(version: row.string(1), engine: row.string(2)) == row.integer(3)
    else { throw StoreProblem(.damaged, "\(database.path): who wrote it cannot be told") }
    return row.string(2)
  }
}
