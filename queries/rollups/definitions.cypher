// Every stored roll-up: what it aggregates, and whether it is new or on its way out.
//
// returns entity, name, description, roll_up, include_descendants, stale_since, removed
MATCH (d:AttributeDefinition)
WHERE d.origin = 'rolled_up'
RETURN d.entity AS entity, d.name AS name, d.description AS description, d.rollUp AS roll_up,
       d.includeDescendants AS include_descendants, d.staleSince.epochMillis AS stale_since,
       d.removedAt IS NOT NULL AS removed
ORDER BY entity, name
