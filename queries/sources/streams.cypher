// The streams of sources, with their cursors.
//
// $source  string?  one source alone
// returns source, stream, cursor (JSON text), moved_at (epoch milliseconds)
MATCH (c:SyncCursor)
WHERE $source IS NULL OR c.source = $source
RETURN c.source AS source, c.stream AS stream, c.cursor AS cursor, c.movedAt.epochMillis AS moved_at
ORDER BY source, stream
