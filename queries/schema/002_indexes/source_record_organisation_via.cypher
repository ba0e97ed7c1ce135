// Find SourceRecord nodes by organisationVia.
//
// returns nothing
CREATE INDEX IF NOT EXISTS FOR (n:SourceRecord) ON (n.organisationVia)
