// Find Organisation nodes by name.
//
// returns nothing
CREATE INDEX IF NOT EXISTS FOR (n:Organisation) ON (n.name)
