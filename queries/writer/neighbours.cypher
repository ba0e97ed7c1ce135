// The identities seen with these ones, with their owners: one round of loading a component.
//
// $keys  list  keys of identities
// returns steps
UNWIND $keys AS key
MATCH (i:Identity {key: key})
MATCH (i)-[s:SEEN_WITH]-(j:Identity)
OPTIONAL MATCH (j)<-[:IDENTIFIED_BY]-(n)
RETURN collect([key, j.key, s.strength, n.id, n.uncounted, j.apart]) AS steps
