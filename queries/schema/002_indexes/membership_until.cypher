// Find Membership nodes by until.
//
// returns nothing
CREATE INDEX IF NOT EXISTS FOR (n:Membership) ON (n.until)
