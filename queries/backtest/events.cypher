// The events of organisations, their own and those of all members they ever had, with some properties.
//
// $ids         list   ids of organisations
// $names       list?  which events; null for every one
// $properties  list   which properties
// returns organisation, recorded, performed (for each event: name, epoch milliseconds, values of the properties; for performed events also
//         the membership's id, and the person's if they count)
UNWIND $ids AS id
MATCH (o:Organisation {id: id})
RETURN o.id AS organisation,
COLLECT {
  MATCH (o)-[:RECORDED]->(e:Event)
  WHERE $names IS NULL OR e.name IN $names
  RETURN [e.name, e.occurredAt.epochMillis, [x IN $properties | e[x]]]
} AS recorded,
COLLECT {
  MATCH (o)<-[:IN_ORGANISATION]-(m:Membership)
  MATCH (m)-[:PERFORMED]->(e:Event)
  WHERE $names IS NULL OR e.name IN $names
  MATCH (m)<-[:HAS_MEMBERSHIP]-(p:Person)
  RETURN [e.name, e.occurredAt.epochMillis, [x IN $properties | e[x]], m.id, CASE WHEN p.uncounted IS NULL THEN p.id END]
} AS performed
