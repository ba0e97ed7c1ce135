// Find Stay nodes by id.
//
// returns nothing
CREATE INDEX IF NOT EXISTS FOR (n:Stay) ON (n.id)
