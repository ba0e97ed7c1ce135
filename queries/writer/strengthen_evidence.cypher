// Set stronger evidence between pairs of identities that were seen together before.
//
// $rows  list  one, other (keys), strength
UNWIND $rows AS r
MATCH (a:Identity {key: r.one})
MATCH (a)-[s:SEEN_WITH]-(b:Identity)
WHERE b.key = r.other
SET s.strength = r.strength
