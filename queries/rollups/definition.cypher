// The origin of the attribute of one name and entity.
//
// $key  string  entity and name, joined by a colon
// returns origin
MATCH (d:AttributeDefinition {key: $key})
RETURN d.origin AS origin
