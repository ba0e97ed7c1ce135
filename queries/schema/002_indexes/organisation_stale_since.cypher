// Find Organisation nodes by staleSince.
//
// returns nothing
CREATE INDEX IF NOT EXISTS FOR (n:Organisation) ON (n.staleSince)
