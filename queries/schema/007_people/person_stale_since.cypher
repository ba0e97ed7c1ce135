// Find Person nodes by staleSince.
//
// returns nothing
CREATE INDEX IF NOT EXISTS FOR (n:Person) ON (n.staleSince)
