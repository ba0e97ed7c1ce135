// The people that a reference may mean: an id, an email address, an identity written kind:value, or a name.
// A lower rank is surer: 0 id, 1 identity, 2 email, 3 name. The old id of a merged person leads to the survivor.
//
// $text    string  as it was given
// $key     string  the same as an identity's key; empty where it is none
// $tidied  string  the same as an email is kept
// returns id, name, rank
CALL () {
  MATCH (p:Person)
  WHERE p.id = $text
  OPTIONAL MATCH (p)-[:MERGED_INTO*1..20]->(survivor:Person)
  WHERE survivor.uncounted IS NULL
  RETURN coalesce(survivor, p) AS p, 0 AS rank
  UNION ALL
  MATCH (i:Identity)
  WHERE i.key = $key
  MATCH (p:Person)-[:IDENTIFIED_BY]->(i)
  RETURN p, 1 AS rank
  UNION ALL
  MATCH (i:Identity)
  WHERE i.key = 'email:' + $tidied
  MATCH (p:Person)-[:IDENTIFIED_BY]->(i)
  RETURN p, 2 AS rank
  UNION ALL
  MATCH (p:Person)
  WHERE p.email = $tidied
  RETURN p, 2 AS rank
  UNION ALL
  MATCH (p:Person)
  WHERE p.name = $text
  RETURN p, 3 AS rank
}
WITH p, min(rank) AS rank
WHERE p.uncounted IS NULL
RETURN p.id AS id, p.name AS name, rank
ORDER BY rank, id
LIMIT 10
