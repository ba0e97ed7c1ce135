// People with the present and past records of sources, and if wanted the instants of their events.
//
// $ids   list     ids of people
// $seen  boolean  whether to return the instants of their events
// returns id, email, first_seen (epoch milliseconds or null), records (of each: source, attributes and past as JSON texts), seen
//         (epoch milliseconds)
UNWIND $ids AS id
MATCH (p:Person {id: id})
RETURN p.id AS id, p.email AS email, p.firstSeenAt.epochMillis AS first_seen,
COLLECT {
  MATCH (p)<-[:DESCRIBES]-(r:SourceRecord)
  WHERE r.object = 'person'
  RETURN [r.source, r.attributes, r.past]
} AS records,
COLLECT {
  MATCH (p)-[:PERFORMED]->(e:Event)
  WHERE $seen
  RETURN e.occurredAt.epochMillis
} + COLLECT {
  MATCH (p)-[:HAS_MEMBERSHIP]->(m:Membership)
  MATCH (m)-[:PERFORMED]->(e:Event)
  WHERE $seen
  RETURN e.occurredAt.epochMillis
} AS seen
