// One SyncRun for each id.
//
// returns nothing
CREATE CONSTRAINT IF NOT EXISTS FOR (n:SyncRun) REQUIRE n.id IS UNIQUE
