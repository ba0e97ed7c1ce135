// Find Organisation nodes by dueAt.
//
// returns nothing
CREATE INDEX IF NOT EXISTS FOR (n:Organisation) ON (n.dueAt)
