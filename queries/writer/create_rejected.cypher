// Keeps rows that could not be used, and why (F9).
//
// $rows  list  id, code, message, path, source, row (JSON text), mentions (keys of identities)
// $now   int   epoch milliseconds
UNWIND $rows AS r
CREATE (:Rejected {
  id: r.id, code: r.code, message: r.message, path: r.path, source: r.source, row: r.row, mentions: r.mentions,
  receivedAt: datetime({epochMillis: $now})
})
