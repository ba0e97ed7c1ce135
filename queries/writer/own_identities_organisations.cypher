// Give identities to organisations.
//
// $rows  list  key, owner (id of an organisation)
UNWIND $rows AS r
MATCH (i:Identity {key: r.key})
MATCH (o:Organisation {id: r.owner})
CREATE (o)-[:IDENTIFIED_BY]->(i)
