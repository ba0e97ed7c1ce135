// The strength of the evidence between pairs of identities, where there is any.
//
// $pairs  list  pairs of keys, the stronger first
// returns known
UNWIND $pairs AS pair
MATCH (a:Identity {key: pair[0]})
MATCH (a)-[s:SEEN_WITH]-(b:Identity)
WHERE b.key = pair[1]
RETURN collect([pair[0], pair[1], s.strength]) AS known
