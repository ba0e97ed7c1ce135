// Find Event nodes by via.
//
// returns nothing
CREATE INDEX IF NOT EXISTS FOR (n:Event) ON (n.via)
