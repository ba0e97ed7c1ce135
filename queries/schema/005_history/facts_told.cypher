// Note on the migration before this one that facts were told under it: what those superseded was not kept.
//
// returns nothing
MATCH (r:SourceRecord)
WITH r LIMIT 1
MATCH (m:Migration {key: 4})
SET m.factsTold = true
