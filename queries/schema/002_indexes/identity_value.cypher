// Find Identity nodes by value.
//
// returns nothing
CREATE INDEX IF NOT EXISTS FOR (n:Identity) ON (n.value)
