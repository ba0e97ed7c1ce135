// Find Event nodes by occurredAt.
//
// returns nothing
CREATE INDEX IF NOT EXISTS FOR (n:Event) ON (n.occurredAt)
