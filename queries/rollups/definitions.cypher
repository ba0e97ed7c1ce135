// Every stored roll-up: its definition, and whether it is new or being removed.
//
// returns entity, name, description, roll_up, include_descendants, stale_since, removed
MATCH (d:AttributeDefinition)
WHERE d.origin = 'rolled_up'
RETURN d.entity AS entity, d.name AS name, d.description AS description, d.rollUp AS roll_up,
       d.includeDescendants AS include_descendants, d.staleSince.epochMillis AS stale_since,
       d.removedAt IS NOT NULL AS removed
ORDER BY entity, name
