// Find SourceRecord nodes by via.
//
// returns nothing
CREATE INDEX IF NOT EXISTS FOR (n:SourceRecord) ON (n.via)
