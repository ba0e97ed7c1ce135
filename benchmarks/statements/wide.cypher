// Two hundred people with three properties each, as one record.
MATCH (p:Person)
WHERE p.uncounted IS NULL
WITH p ORDER BY p.id LIMIT 200
RETURN collect({id: p.id, name: p.name, email: p.email}) AS answer
