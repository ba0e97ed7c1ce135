// When people and organisations were first and last seen, from counters and from the beginnings of memberships.
//
// $people         list  ids of people
// $organisations  list  ids of organisations
// returns people, organisations
CALL () {
  UNWIND $people AS id
  MATCH (p:Person {id: id})
  OPTIONAL MATCH (p)-[:ACTIVE_ON]->(a:Activity)
  WITH id, p, min(reduce(x = null, v IN a.firsts | CASE WHEN x IS NULL OR v < x THEN v ELSE x END)) AS first, max(reduce(x = null, v IN a.lasts | CASE WHEN x IS NULL OR v > x THEN v ELSE x END)) AS last
  OPTIONAL MATCH (p)-[:HAS_MEMBERSHIP]->(m:Membership)
  RETURN collect([id, first, last, m.since.epochMillis, m.firstSeenAt.epochMillis, m.lastSeenAt.epochMillis]) AS people
}
CALL () {
  UNWIND $organisations AS id
  MATCH (o:Organisation {id: id})
  OPTIONAL MATCH (o)-[:ACTIVE_ON]->(a:Activity)
  WITH id, o, min(reduce(x = null, v IN a.firsts | CASE WHEN x IS NULL OR v < x THEN v ELSE x END)) AS first, max(reduce(x = null, v IN a.lasts | CASE WHEN x IS NULL OR v > x THEN v ELSE x END)) AS last
  OPTIONAL MATCH (o)<-[:IN_ORGANISATION]-(m:Membership)
  RETURN collect([id, first, last, m.since.epochMillis, m.firstSeenAt.epochMillis, m.lastSeenAt.epochMillis]) AS organisations
}
RETURN people, organisations
