// Every membership that organisations ever had, of people who count, with the statements of sources.
//
// $ids  list  ids of organisations
// returns organisation, membership, person, since, until (epoch milliseconds or null), statements (a JSON text for each record)
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
