// Find Person nodes by name.
//
// returns nothing
CREATE INDEX IF NOT EXISTS FOR (n:Person) ON (n.name)
