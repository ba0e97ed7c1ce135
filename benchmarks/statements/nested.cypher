// Fifty organisations with their first ten members each and two counts of events, as one record. `IS NOT NULL` lets Neo4j read the index in its order.
MATCH (o:Organisation)
WHERE o.uncounted IS NULL AND o.id IS NOT NULL
WITH o ORDER BY o.id LIMIT 50
CALL (o) {
  MATCH (o)<-[:IN_ORGANISATION]-(m:Membership)<-[:HAS_MEMBERSHIP]-(p:Person)
  WHERE m.uncounted IS NULL AND p.uncounted IS NULL
  WITH m, p ORDER BY m.id LIMIT 10
  RETURN collect({role: m.role, person: {id: p.id, name: p.name, email: p.email}}) AS members
}
CALL (o) {
  MATCH (o)<-[:IN_ORGANISATION]-(:Membership)-[:ACTIVE_ON]->(a:Activity)
  RETURN sum(a.count) AS within,
         sum(reduce(s = 0, i IN range(0, size(a.names) - 1) | s + CASE WHEN a.names[i] = 'Project Created' THEN a.counts[i] ELSE 0 END)) AS created
}
CALL (o) {
  MATCH (o)-[:ACTIVE_ON]->(a:Activity)
  RETURN sum(a.count) AS own,
         sum(reduce(s = 0, i IN range(0, size(a.names) - 1) | s + CASE WHEN a.names[i] = 'Project Created' THEN a.counts[i] ELSE 0 END)) AS ownCreated
}
RETURN collect({id: o.id, name: o.name, domain: o.domain, members: members, events: within + own, created: created + ownCreated}) AS answer
