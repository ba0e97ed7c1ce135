// The migrations that were applied to this graph.
//
// returns key, name
MATCH (m:Migration)
RETURN m.key AS key, m.name AS name
ORDER BY key
