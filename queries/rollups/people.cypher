// The present and past people of organisations, each with all organisations of that person.
//
// $ids  list  ids of organisations
// returns rows (lists of a person's id and the ids of organisations)
UNWIND $ids AS id
MATCH (:Organisation {id: id})<-[:IN_ORGANISATION]-(:Membership)<-[:HAS_MEMBERSHIP]-(p:Person)
WHERE p.uncounted IS NULL OR p.uncounted = 'shared'
WITH DISTINCT p
MATCH (p)-[:HAS_MEMBERSHIP]->(:Membership)-[:IN_ORGANISATION]->(o:Organisation)
WITH p.id AS id, collect(DISTINCT o.id) AS organisations
RETURN collect([id, organisations]) AS rows
