// The migrations that this graph has had.
//
// returns key, name
MATCH (m:Migration)
RETURN m.key AS key, m.name AS name
ORDER BY key
