// The organisations that a reference may mean: an id, a domain, an identity written kind:value, or a name.
// A lower rank is surer: 0 id, 1 identity, 2 domain, 3 name. The old id of a merged organisation leads to the survivor.
//
// $text    string  as it was given
// $key     string  the same as an identity's key; empty where it is none
// $tidied  string  the same as a domain is kept
// returns id, name, rank
CALL () {
  MATCH (o:Organisation)
  WHERE o.id = $text
  OPTIONAL MATCH (o)-[:MERGED_INTO*1..20]->(survivor:Organisation)
  WHERE survivor.uncounted IS NULL
  RETURN coalesce(survivor, o) AS o, 0 AS rank
  UNION ALL
  MATCH (i:Identity)
  WHERE i.key = $key
  MATCH (o:Organisation)-[:IDENTIFIED_BY]->(i)
  RETURN o, 1 AS rank
  UNION ALL
  MATCH (i:Identity)
  WHERE i.key = 'domain:' + $tidied
  MATCH (o:Organisation)-[:IDENTIFIED_BY]->(i)
  RETURN o, 2 AS rank
  UNION ALL
  MATCH (o:Organisation)
  WHERE o.domain = $tidied
  RETURN o, 2 AS rank
  UNION ALL
  MATCH (o:Organisation)
  WHERE o.name = $text
  RETURN o, 3 AS rank
}
WITH o, min(rank) AS rank
WHERE o.uncounted IS NULL
RETURN o.id AS id, o.name AS name, rank
ORDER BY rank, id
LIMIT 10
