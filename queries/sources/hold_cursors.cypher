// Lock the cursors of streams until the transaction ends, and return where each stands.
// To give a node the label that it has locks it, and writes nothing.
//
// $keys  list  keys of cursors, sorted
// returns cursors
UNWIND $keys AS key
MATCH (c:SyncCursor {key: key})
SET c:SyncCursor
RETURN collect([c.key, c.run, c.page, c.cursor, c.ahead]) AS cursors
