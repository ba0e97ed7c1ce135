// Delete the definition of a removed attribute.
//
// $key  string  entity and name, joined by a colon
// returns nothing
MATCH (d:AttributeDefinition {key: $key})
WHERE d.removedAt IS NOT NULL
DETACH DELETE d
