// Note on the first migration that the graph has facts from before history was kept.
// Values that those superseded are unknown.
//
// returns nothing
MATCH (r:SourceRecord)
WITH r LIMIT 1
MATCH (first:Migration {key: 1})
SET first.factsBeforeHistory = true
