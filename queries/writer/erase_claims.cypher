// Removes user ids that nobody owns and that were told of somebody as ones they had before.
//
// $keys  list  keys of identities
UNWIND $keys AS key
MATCH (i:Identity {key: key})
MATCH (i)-[:SEEN_WITH]-(c:Identity)
WHERE NOT EXISTS { (c)<-[:IDENTIFIED_BY]-() }
WITH DISTINCT c
DETACH DELETE c
