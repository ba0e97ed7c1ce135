// One identity of each current member of an organisation.
//
// $id   string  id of the organisation
// $now  int     epoch milliseconds
// returns people
MATCH (o:Organisation {id: $id})<-[:IN_ORGANISATION]-(m:Membership)<-[:HAS_MEMBERSHIP]-(p:Person)
WHERE m.until IS NULL OR m.until > datetime({epochMillis: $now})
MATCH (p)-[:IDENTIFIED_BY]->(i:Identity)
WITH p, min(i.key) AS key
RETURN collect(key) AS people
