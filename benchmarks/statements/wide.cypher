// Two hundred people with five properties each, as one record.
MATCH (p:Person)
WHERE p.uncounted IS NULL
WITH p ORDER BY p.id LIMIT 200
RETURN collect({id: p.id, name: p.name, email: p.email, firstSeenAt: toString(p.firstSeenAt), lastSeenAt: toString(p.lastSeenAt)}) AS answer
