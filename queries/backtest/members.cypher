// Every membership there ever was in organisations, of people who count, with what sources said of it.
//
// $ids  list  ids of organisations
// returns organisation, membership, person, since, until (epoch milliseconds or null), statements (of each record a JSON text)
UNWIND $ids AS id
MATCH (o:Organisation {id: id})
MATCH (o)<-[:IN_ORGANISATION]-(m:Membership)
WHERE m.uncounted IS NULL
MATCH (m)<-[:HAS_MEMBERSHIP]-(p:Person)
WHERE p.uncounted IS NULL
RETURN o.id AS organisation, m.id AS membership, p.id AS person, m.since.epochMillis AS since, m.until.epochMillis AS until,
COLLECT {
  MATCH (m)<-[:DESCRIBES]-(r:SourceRecord)
  RETURN r.statements
} AS statements
