// Every attribute, as `catalogue/all`, with the definitions of stored roll-ups.
// All in one record, since every evaluation reads it and a record an attribute costs more.
// Where there is no attribute, the only list has no name.
//
// returns version (of the roll-ups' definitions), attributes (lists of entity, name, type, origin, category, description, source, sources,
//         spellings, roll_up, include_descendants, formula, score, stale_since, removed)
OPTIONAL MATCH (l:Lock {key: 'rollups'})
WITH coalesce(l.version, 0) AS version
OPTIONAL MATCH (d:AttributeDefinition)
WITH version, d
ORDER BY d.entity, d.name
RETURN version, collect([
  d.entity, d.name, d.type, d.origin, d.category, d.description, d.source, d.sources, d.spellings, d.rollUp,
  d.includeDescendants, d.formula, d.score, d.staleSince.epochMillis, d.removedAt IS NOT NULL
]) AS attributes
