// Give identities to people.
//
// $rows  list  key, owner (id of a person)
UNWIND $rows AS r
MATCH (i:Identity {key: r.key})
MATCH (p:Person {id: r.owner})
CREATE (p)-[:IDENTIFIED_BY]->(i)
