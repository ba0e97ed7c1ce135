// Take a roll-up out of use; its values are cleared afterwards, and then it is forgotten.
//
// $key  string  entity and name, joined by a colon
// $now  int     epoch milliseconds
// returns removed (1, or 0 where there is no such roll-up)
MATCH (d:AttributeDefinition {key: $key})
WHERE d.origin = 'rolled_up'
SET d.removedAt = datetime({epochMillis: $now})
RETURN count(d) AS removed
