// One SQLite file a corpus, `NAME.sqlite`. Rows are only ever added (but for `totals`, which has one):
//
//   about             one row: who wrote it, and with which engine (see `Settings.engine`)
//   settings          as they were set; the last row holds
//   examples          one row a decision, by sequence number
//                       id           text; integer; digits of one that is too large as a blob; NULL for
//                                    the server's own name "#sequence"
//                       content      hash of the texts, 64 bits
//                       reasons      bits: 1 exact_duplicate, 2 near_duplicate, 4 contaminated,
//                                    8 low_score, 16 low_perplexity, 32 high_perplexity, 64 empty;
//                                    0 is kept
//                       original     sequence of the duplicate's original
//                       similarity, diversity, containment    ten-thousandths
//                       flags        bits: 1 near (not exact), 2 estimated
//                       reference    number of the reference field that occurs in it
//                       shape        of what is kept: fingerprint 16 bytes, digest 8, shingles 4, their
//                                    hashes in Elias–Fano code
//   retractions       decisions that are no longer known: sequence, decisions taken before, cause
//                     (0 retracted, 1 replaced, 2 its original went)
//   reference_fields  texts that must not occur
//   totals            one row: how many rows the others have, written with each commit
//
// Every row has a checksum: 32 bits of SipHash over its values, its number among them. SQLite's own
// check missed 189 of 200 flipped bits. Numbers begin at 1 and have no gaps; `totals` tells lost ones.
//
// For everyone: the views `decisions`, `reasons` and `references_loaded`. Open the file read-only:
//
//   sqlite3 -readonly default.sqlite "SELECT reason, count(*) FROM decisions GROUP BY 1"

/// The tables and views of a corpus file.
enum Schema {
  /// "Thrs"
  static let applicationID = 0x5468_7273
  /// Goes up with every change of what is below.
  static let format = 1

  static let objects: [(type: String, name: String, sql: String)] = [
    (
      "table", "about",
      "CREATE TABLE about(id INTEGER PRIMARY KEY, thresher TEXT, engine TEXT, checksum INTEGER)"
    ),
    (
      "table", "settings",
      "CREATE TABLE settings(number INTEGER PRIMARY KEY, after INTEGER, json TEXT, "
        + "checksum INTEGER)"
    ),
    (
      "table", "examples",
      "CREATE TABLE examples(sequence INTEGER PRIMARY KEY, id, content INTEGER, reasons INTEGER, "
        + "original INTEGER, similarity INTEGER, diversity INTEGER, flags INTEGER, "
        + "reference INTEGER, containment INTEGER, shape BLOB, checksum INTEGER)"
    ),
    (
      "table", "retractions",
      "CREATE TABLE retractions(number INTEGER PRIMARY KEY, sequence INTEGER, after INTEGER, "
        + "cause INTEGER, checksum INTEGER)"
    ),
    (
      "table", "reference_fields",
      "CREATE TABLE reference_fields(number INTEGER PRIMARY KEY, set_name TEXT, item, field TEXT, "
        + "hashes BLOB, checksum INTEGER)"
    ),
    (
      "table", "totals",
      "CREATE TABLE totals(id INTEGER PRIMARY KEY, settings INTEGER, examples INTEGER, "
        + "retractions INTEGER, reference_fields INTEGER, checksum INTEGER)"
    ),
    (
      "view", "decisions",
      """
      CREATE VIEW decisions AS SELECT
        e.sequence,
        CASE WHEN e.id IS NULL THEN '#' || e.sequence WHEN typeof(e.id) = 'blob' \
      THEN CAST(e.id AS TEXT) ELSE e.id END AS id,
        e.reasons = 0 AS keep,
        CASE WHEN e.reasons = 0 THEN 'kept' WHEN e.reasons & 1 THEN 'exact_duplicate' \
      WHEN e.reasons & 2 THEN 'near_duplicate' WHEN e.reasons & 4 THEN 'contaminated' \
      WHEN e.reasons & 8 THEN 'low_score' WHEN e.reasons & 16 THEN 'low_perplexity' \
      WHEN e.reasons & 32 THEN 'high_perplexity' ELSE 'empty' END AS reason,
        CASE WHEN e.original IS NULL THEN NULL ELSE e.similarity / 10000.0 END AS similarity,
        e.diversity / 10000.0 AS diversity,
        (SELECT CASE WHEN o.id IS NULL THEN '#' || o.sequence WHEN typeof(o.id) = 'blob' \
      THEN CAST(o.id AS TEXT) ELSE o.id END FROM examples o WHERE o.sequence = e.original) \
      AS duplicate_of,
        e.reference
      FROM examples e LEFT JOIN retractions r ON r.sequence = e.sequence WHERE r.sequence IS NULL
      """
    ),
    (
      "view", "reasons",
      """
      CREATE VIEW reasons AS SELECT e.sequence, n.name AS reason FROM examples e
      JOIN (SELECT 1 AS bit, 'exact_duplicate' AS name UNION ALL SELECT 2, 'near_duplicate' \
      UNION ALL SELECT 4, 'contaminated' UNION ALL SELECT 8, 'low_score' UNION ALL SELECT 16, \
      'low_perplexity' UNION ALL SELECT 32, 'high_perplexity' UNION ALL SELECT 64, 'empty') n
      ON e.reasons & n.bit
      LEFT JOIN retractions r ON r.sequence = e.sequence WHERE r.sequence IS NULL
      """
    ),
    (
      "view", "references_loaded",
      """
      CREATE VIEW references_loaded AS SELECT number, set_name AS reference, \
      CASE WHEN typeof(item) = 'blob' THEN CAST(item AS TEXT) ELSE item END AS id, field, \
      length(hashes) / 4 AS shingles FROM reference_fields
      """
    ),
  ]
}
