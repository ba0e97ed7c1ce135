// Give a stream to a run, and return its cursor. Pages that another run has in flight no longer move it.
//
// $key     string  of the cursor: source|stream
// $source  string  the source's name
// $stream  string  the stream's name within its source
// $run     string  id of the run
// returns cursor
MERGE (c:SyncCursor {key: $key})
SET c.source = $source, c.stream = $stream, c.run = $run, c.page = 0, c.ahead = '{}'
RETURN c.cursor AS cursor
