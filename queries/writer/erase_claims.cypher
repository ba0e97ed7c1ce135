// Delete user ids without an owner that were reported as a person's former ones.
//
// $keys  list  keys of identities
UNWIND $keys AS key
MATCH (i:Identity {key: key})
MATCH (i)-[:SEEN_WITH]-(c:Identity)
WHERE NOT EXISTS { (c)<-[:IDENTIFIED_BY]-() }
WITH DISTINCT c
DETACH DELETE c
