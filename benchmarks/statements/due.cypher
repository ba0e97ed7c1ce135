// Make some more organisations due at an instant.
MATCH (o:Organisation)
WHERE o.dueAt IS NULL OR o.dueAt <> datetime({epochMillis: $at})
WITH o LIMIT 5000
SET o.dueAt = datetime({epochMillis: $at})
RETURN count(o) AS changed
