// Store a new or changed roll-up. The values of all nodes are stale from now on.
//
// $key                  string   entity and name, joined by a colon
// $entity               string   organisation, person or membership
// $name                 string   the attribute's name
// $type                 string   the type of its values
// $description          string?  its description, for people
// $spelling             string   the name as it was written
// $roll_up              string   the roll-up as JSON text
// $include_descendants  boolean  whether it counts over the hierarchy below
// $now                  int      epoch milliseconds
// returns nothing
MERGE (d:AttributeDefinition {key: $key})
SET d.entity = $entity, d.name = $name, d.type = $type, d.origin = 'rolled_up', d.description = $description,
    d.spellings = [$spelling], d.rollUp = $roll_up, d.includeDescendants = $include_descendants,
    d.staleSince = datetime({epochMillis: $now}), d.removedAt = null
