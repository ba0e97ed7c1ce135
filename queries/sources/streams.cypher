// The streams of sources, with their cursors.
//
// $source  string?  one source alone
// $most    int      most characters of names and cursors; where the streams have more, one row without a stream is returned
// returns source, stream, cursor (JSON text), moved_at (epoch milliseconds), characters (of all these streams)
MATCH (c:SyncCursor)
WHERE $source IS NULL OR c.source = $source
WITH collect(c) AS found, sum(size(c.stream) + coalesce(size(c.cursor), 0)) AS characters
UNWIND CASE WHEN characters <= $most THEN found ELSE [null] END AS c
RETURN c.source AS source, c.stream AS stream, c.cursor AS cursor, c.movedAt.epochMillis AS moved_at, characters
ORDER BY source, stream
