// The ids of all people without an organisation, in order.
//
// returns ids
MATCH (p:Person)
WHERE NOT EXISTS { (p)-[:HAS_MEMBERSHIP]->() }
WITH p.id AS id
ORDER BY id
RETURN collect(id) AS ids
