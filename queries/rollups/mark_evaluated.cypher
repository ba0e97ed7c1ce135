// Mark a definition as evaluated for every node, unless it was changed again meanwhile.
//
// $key          string  entity and name, joined by a colon
// $stale_since  int     epoch milliseconds, as it was read
// returns nothing
MATCH (d:AttributeDefinition {key: $key})
WHERE d.staleSince = datetime({epochMillis: $stale_since})
SET d.staleSince = null
