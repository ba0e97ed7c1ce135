// The latest event of some names up to an instant, for each organisation, and the person who performed it.
//
// $rows  list  number, organisation, names, until (epoch milliseconds)
// returns number, event, person
UNWIND $rows AS row
CALL (row) {
  MATCH (o:Organisation {id: row.organisation})<-[:IN_ORGANISATION*0..1]-(owner)-[:PERFORMED|RECORDED]->(e)
  WHERE e.name IN row.names AND e.occurredAt <= datetime({epochMillis: row.until})
  OPTIONAL MATCH (owner)<-[:HAS_MEMBERSHIP]-(p)
  RETURN e, p
  ORDER BY e.occurredAt DESC, e.id
  LIMIT 1
}
RETURN row.number AS number, e.id AS event, p.id AS person
