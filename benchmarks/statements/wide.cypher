// Two hundred people with three properties each, as one record. `IS NOT NULL` lets Neo4j read the index in its order.
MATCH (p:Person)
WHERE p.uncounted IS NULL AND p.id IS NOT NULL
WITH p ORDER BY p.id LIMIT 200
RETURN collect({id: p.id, name: p.name, email: p.email}) AS answer
