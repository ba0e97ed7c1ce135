// Find Rejected nodes by code.
//
// returns nothing
CREATE INDEX IF NOT EXISTS FOR (n:Rejected) ON (n.code)
