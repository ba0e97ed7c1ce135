// Find SyncRun nodes by source.
//
// returns nothing
CREATE INDEX IF NOT EXISTS FOR (n:SyncRun) ON (n.source)
