// Store rows that could not be used, why, and where they come from (F9).
//
// $rows  list  id, code, message, path, source, stream and place (null where unknown), row (JSON text), mentions (keys of identities)
// $now   int   epoch milliseconds
UNWIND $rows AS r
CREATE (:Rejected {
  id: r.id, code: r.code, message: r.message, path: r.path, source: r.source, stream: r.stream,
  place: r.place, row: r.row, mentions: r.mentions, receivedAt: datetime({epochMillis: $now})
})
