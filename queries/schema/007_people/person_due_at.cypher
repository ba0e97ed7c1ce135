// Find Person nodes by dueAt.
//
// returns nothing
CREATE INDEX IF NOT EXISTS FOR (n:Person) ON (n.dueAt)
