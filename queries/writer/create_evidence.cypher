// Link pairs of identities that were seen together.
//
// $rows  list  one, other (keys, the stronger first), strength
UNWIND $rows AS r
MATCH (a:Identity {key: r.one})
MATCH (b:Identity {key: r.other})
CREATE (a)-[:SEEN_WITH {strength: r.strength}]->(b)
