// Which of these identities are known, who owns them, and since when they were seen.
//
// $keys  list  keys of identities
// returns known
UNWIND $keys AS key
MATCH (i:Identity {key: key})
OPTIONAL MATCH (i)<-[:IDENTIFIED_BY]-(n)
RETURN collect([i.key, n.id, n.uncounted, n:Organisation, i.apart, i.firstSeenAt.epochMillis, i.source]) AS known
