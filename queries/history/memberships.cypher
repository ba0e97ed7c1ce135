// All statements of sources about the person and organisation of each membership.
//
// $ids  list  ids of memberships
// returns id, since, until (epoch milliseconds or null), statements (of each record a JSON text)
UNWIND $ids AS id
MATCH (m:Membership {id: id})
MATCH (m)-[:IN_ORGANISATION]->(o)
MATCH (m)<-[:HAS_MEMBERSHIP]-(p)
RETURN m.id AS id, m.since.epochMillis AS since, m.until.epochMillis AS until, COLLECT {
  MATCH (p)-[:HAS_MEMBERSHIP]->(s)
  MATCH (s)-[:IN_ORGANISATION]->(there)
  WHERE there.id = o.id
  MATCH (s)<-[:DESCRIBES]-(r)
  RETURN DISTINCT r.statements
} AS statements
