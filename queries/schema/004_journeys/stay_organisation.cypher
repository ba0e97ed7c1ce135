// Find Stay nodes by organisation.
//
// returns nothing
CREATE INDEX IF NOT EXISTS FOR (n:Stay) ON (n.organisation)
