// The owners of known identities, and the first reports of these.
//
// $keys  list  keys of identities
// returns known
UNWIND $keys AS key
MATCH (i:Identity {key: key})
OPTIONAL MATCH (i)<-[:IDENTIFIED_BY]-(n)
RETURN collect([i.key, n.id, n.uncounted, n:Organisation, i.apart, i.firstSeenAt.epochMillis, i.source]) AS known
