// Find Event nodes by name.
//
// returns nothing
CREATE INDEX IF NOT EXISTS FOR (n:Event) ON (n.name)
