// One SyncCursor for each key.
//
// returns nothing
CREATE CONSTRAINT IF NOT EXISTS FOR (n:SyncCursor) REQUIRE n.key IS UNIQUE
