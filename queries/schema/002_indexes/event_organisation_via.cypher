// Find Event nodes by organisationVia.
//
// returns nothing
CREATE INDEX IF NOT EXISTS FOR (n:Event) ON (n.organisationVia)
