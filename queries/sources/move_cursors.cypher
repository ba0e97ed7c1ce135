// Store where cursors of streams stand now.
//
// $rows  list  key, page, cursor (JSON text), ahead (JSON text: cursors of later pages that were committed before their turn)
// $now   int   epoch milliseconds
UNWIND $rows AS r
MATCH (c:SyncCursor {key: r.key})
SET c.page = r.page, c.cursor = r.cursor, c.ahead = r.ahead, c.movedAt = datetime({epochMillis: $now})
