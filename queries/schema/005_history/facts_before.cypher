// Note on the first migration that facts were told before history was kept: what those superseded is not known.
//
// returns nothing
MATCH (r:SourceRecord)
WITH r LIMIT 1
MATCH (first:Migration {key: 1})
SET first.factsBeforeHistory = true
