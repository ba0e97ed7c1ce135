// Mark a roll-up or calculated attribute as removed. Its values and then its definition are deleted afterwards.
//
// $key     string  entity and name, joined by a colon
// $origin  string  rolled_up or calculated
// $now     int     epoch milliseconds
// returns removed (1, or 0 where there is none of that origin)
MATCH (d:AttributeDefinition {key: $key})
WHERE d.origin = $origin
SET d.removedAt = datetime({epochMillis: $now})
RETURN count(d) AS removed
